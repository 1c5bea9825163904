import type { Route } from '../routes.ts'

/** True for an id of ours or Stripe's, or the short number of a receipt: letters, an underline, letters and digits. */
export const looksLikeId = (text: string): boolean => /^[a-z]{2,7}_\w{4,}$/.test(text.trim())

/** Pages whose name begins with, or has, what was written; those that begin with it first. */
export const matchingPages = (routes: readonly Route[], text: string): readonly Route[] => {
  const wanted = text.trim().toLowerCase()
  const nameOf = ({ menu, page }: Route): string => (menu?.label ?? page).toLowerCase()
  return routes
    .filter((route) => nameOf(route).includes(wanted))
    .toSorted(
      (one, other) =>
        Number(other && nameOf(other).startsWith(wanted)) - Number(nameOf(one).startsWith(wanted)),
    )
}
