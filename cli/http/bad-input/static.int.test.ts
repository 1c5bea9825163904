import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { openDoor, type Answer, type Door } from '../testing/open-door.ts'
import { requestText, sendRaw } from '../testing/raw-socket.ts'
import { loadUi } from '../ui-files.ts'

/** Stands in every file that nobody may read, in and around the built folder. */
const CANARY = 'canary of the house'
const DOCUMENT = '<!doctype html><title>Tillwatch</title>'
const SCRIPT = 'console.log("the page")'

let folder: Awaited<ReturnType<typeof makeTempFolder>>
let door: Door

beforeAll(async () => {
  folder = await makeTempFolder()
  const dist = join(folder.path, 'ui', 'dist')
  await mkdir(join(dist, 'assets', 'deep.js'), { recursive: true })
  await mkdir(join(folder.path, 'assets'))
  const files: Record<string, string> = {
    'index.html': DOCUMENT,
    'assets/app-12345678.js': SCRIPT,
    'assets/app-12345678.js.map': CANARY,
    'assets/.env': CANARY,
    'assets/.js': CANARY,
    'assets/.hidden.js': CANARY,
    'assets/notes.txt': CANARY,
    'assets/data.json': CANARY,
    'assets/deep.js/inner.js': CANARY,
    'manifest.json': CANARY,
    'built-from': CANARY,
    '.env': CANARY,
    'secret.js': CANARY,
    '../../package.json': CANARY,
    '../../secret.js': CANARY,
    '../../assets/secret.js': CANARY,
    '../package.json': CANARY,
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(dist, name), text)
  await symlink(join(folder.path, 'secret.js'), join(dist, 'assets', 'linked.js'))
  door = await openDoor({ ui: await loadUi(dist) })
})
afterAll(async () => {
  await door.close()
  await folder.remove()
})

const ask = async (target: string, accept = '*/*', method = 'GET'): Promise<Answer> => {
  const headers = ['Host: till.example', 'Connection: close', `Accept: ${accept}`]
  const answers = await sendRaw(door.port, requestText(`${method} ${target} HTTP/1.1`, headers))
  expect(answers).toHaveLength(1)
  return answers[0] ?? expect.fail('no answer')
}

/** Targets as they stand in the request line, and the status by hand; none of them is a file of the pages. */
const TARGETS: readonly (readonly [target: string, status: number])[] = [
  ['/../../package.json', 404],
  ['/../package.json', 404],
  ['/./../../package.json', 404],
  ['/....//....//package.json', 404],
  ['/%2e%2e/%2e%2e/package.json', 404],
  ['/%2E%2E/package.json', 404],
  ['/..%2f..%2fpackage.json', 404],
  ['/..%5c..%5cpackage.json', 404],
  ['/..\\..\\package.json', 400],
  ['/%252e%252e/%252e%252e/package.json', 404],
  ['/%c0%ae%c0%ae/package.json', 404],
  ['/..;/package.json', 404],
  ['//package.json', 404],
  ['//till.example/package.json', 404],
  ['///etc/passwd', 404],
  ['/\\package.json', 400],
  ['\\..\\package.json', 400],
  ['../../package.json', 400],
  ['package.json', 400],
  ['/assets/..%2f', 404],
  ['/assets/..%2fsecret.js', 404],
  ['/assets/..%2Fsecret.js', 404],
  ['/assets/..%2f..%2f..%2fsecret.js', 404],
  ['/assets/%2e%2e%2fsecret.js', 404],
  ['/assets/%2e%2e/secret.js', 404],
  ['/assets/../secret.js', 404],
  ['/assets/../../../package.json', 404],
  ['/assets/..%5csecret.js', 404],
  ['/assets/..\\secret.js', 400],
  ['/assets/%252e%252e%252fsecret.js', 404],
  ['/assets/..%c0%afsecret.js', 404],
  ['/assets/..%ef%bc%8fsecret.js', 404],
  ['/assets//secret.js', 404],
  ['/assets/%2fetc%2fpasswd', 404],
  ['/assets/file:%2f%2f%2fetc%2fpasswd', 404],
  ['/assets/deep.js/inner.js', 404],
  ['/assets/deep.js%2finner.js', 404],
  ['/assets/app-12345678.js%00.css', 404],
  ['/assets/secret.js%00', 404],
  ['/assets/%00', 404],
  ['/%00', 404],
  ['/assets/app-12345678.js/', 404],
  ['/assets/APP-12345678.JS', 404],
  ['/assets/app-12345678.js%20', 404],
  ['/assets/app-12345678.js::$DATA', 404],
  ['/assets/app-12345678.js.map', 404],
  ['/assets/.env', 404],
  ['/assets/.js', 404],
  ['/assets/notes.txt', 404],
  ['/assets/data.json', 404],
  ['/assets/.hidden.js', 404],
  ['/assets/linked.js', 404],
  ['/assets/deep.js', 404],
  ['/assets/', 404],
  ['/assets', 404],
  ['/assets/.', 404],
  ['/assets/%', 404],
  ['/assets/%zz', 404],
  ['/assets/%ff%fe', 404],
  ['/assets/__proto__', 404],
  ['/assets/constructor', 404],
  ['/.env', 404],
  ['/.git/config', 404],
  ['/manifest.json', 404],
  ['/built-from', 404],
  ['/index.html', 404],
  ['/secret.js', 404],
  ['/package.json', 404],
  ['http://till.example/../package.json', 404],
  ['http://elsewhere.example/assets/..%2fsecret.js', 404],
  ['file:///etc/passwd', 400],
  ['*', 400],
  [`/assets/${'a'.repeat(4_000)}.js`, 404],
  [`/assets/${'../'.repeat(2_000)}secret.js`, 404],
  [`/${'%2e%2e%2f'.repeat(800)}package.json`, 404],
  [`/assets/${'a'.repeat(9_000)}`, 414],
  // Dots are taken out before the length is looked at; 16 KB of headers end it in any case.
  [`/${'../'.repeat(3_000)}package.json`, 404],
]

/** What no answer may hold, and no status may be. */
const expectNothing = (answer: Answer): void => {
  expect(answer.status).toBeLessThan(500)
  expect(answer.text).not.toContain(CANARY)
  expect(answer.text).not.toContain('root:')
  expect(answer.text).not.toContain(folder.path)
}

describe.each(TARGETS.map(([target, status]) => [target.slice(0, 60), target, status] as const))(
  'GET %s',
  (_short, target, status) => {
    test(`is ${status} for a program, as an error of ours`, async () => {
      const answer = await ask(target)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        status,
        'application/json; charset=UTF-8',
      ])
      expectNothing(answer)
    })

    test('is nothing more for a browser than the page that says so', async () => {
      const browser = await ask(target, 'text/html')
      expect(browser.status).toBe(status)
      expectNothing(browser)
      if (browser.headers.get('content-type')?.startsWith('text/html')) expect(browser.text).toBe(DOCUMENT)
    })
  },
)

test.each([
  ['a NUL', '/assets/app-12345678.js\0'],
  ['a space', '/assets/app 1.js'],
  ['a bare carriage return', '/assets/a\rb'],
  ['an umlaut as one byte', '/assets/\u00fc.js'],
  ['a control character', '/assets/\u0001'],
])('a target with %s is refused before any route sees it', async (_name, target) => {
  const answers = await sendRaw(door.port, requestText(`GET ${target} HTTP/1.1`))
  expect(answers.length).toBeGreaterThan(0)
  for (const answer of answers) {
    expect(answer.status).toBe(400)
    expectNothing(answer)
  }
})

test('a target that does not end is cut off by its length', async () => {
  const [answer] = await sendRaw(door.port, requestText(`GET /assets/${'a'.repeat(40_000)} HTTP/1.1`))
  expect([414, 431]).toContain(answer?.status)
})

test('the pages themselves are served, and by no other method', async () => {
  const document = await ask('/')
  expect([document.status, document.text]).toEqual([200, DOCUMENT])
  const script = await ask('/assets/app-12345678.js')
  expect([script.status, script.text]).toEqual([200, SCRIPT])
  expect(script.headers.get('x-content-type-options')).toBe('nosniff')
  // Dots that lead back to the folder itself are that folder.
  expect((await ask('/x/../assets/./app-12345678.js')).text).toBe(SCRIPT)
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
    expect((await ask('/assets/app-12345678.js', '*/*', method)).status).toBe(405)
})
