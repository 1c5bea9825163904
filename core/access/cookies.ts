/**
 * Names of our cookies. The prefix makes browsers refuse them from anywhere but this host, over anything but a secure way
 * (loopback counts as one), and for less than the whole site.
 */
export const SESSION_COOKIE = '__Host-tillwatch'
export const DEVICE_COOKIE = '__Host-tillwatch-till'

/** The value of one cookie of a `Cookie` header. */
export const readCookie = (header: string | null | undefined, name: string): string | undefined =>
  (header ?? '')
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1)

/** A `Set-Cookie` that scripts cannot read and other sites cannot send; an empty value ends it. */
export const writeCookie = (name: string, value: string, maxAgeS: number): string =>
  `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=${value === '' ? 0 : maxAgeS}`
