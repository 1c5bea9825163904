import type { Rule } from './source.ts'

interface LockFile {
  readonly packages?: Readonly<
    Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >
}

/** `npm ci` refuses a lock file that leaves out the packages of another platform, which npm itself does on some of them. */
export const lockPlatforms: Rule = (path, text) => {
  if (!path.endsWith('package-lock.json')) return []
  const packages = (JSON.parse(text) as LockFile).packages ?? {}
  const wanted = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
  return [...new Set(wanted)]
    .filter((name) => !Object.keys(packages).some((place) => place.endsWith(`node_modules/${name}`)))
    .map((name) => ({
      file: path,
      line: 1,
      message: `${name} is left out: add its entry, or npm ci fails everywhere`,
    }))
}
