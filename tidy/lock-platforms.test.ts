import { expect, it } from 'vitest'
import { lockPlatforms } from './lock-platforms.ts'

const lock = (places: readonly string[]) =>
  JSON.stringify({
    packages: {
      'node_modules/engine': { optionalDependencies: { 'engine-mac': '1.0.0', 'engine-linux': '1.0.0' } },
      ...Object.fromEntries(places.map((place) => [place, {}])),
    },
  })

it('finds the package of a platform that the lock file leaves out', () => {
  const found = lockPlatforms('package-lock.json', lock(['node_modules/engine-linux']))
  expect(found.map(({ message }) => message.split(' ')[0])).toEqual(['engine-mac'])
})

it('is content with every platform, also with a nested one', () => {
  expect(
    lockPlatforms(
      'package-lock.json',
      lock(['node_modules/engine-linux', 'node_modules/a/node_modules/engine-mac']),
    ),
  ).toEqual([])
})
