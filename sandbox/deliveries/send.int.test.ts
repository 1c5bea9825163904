import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ServerResponse } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { machineEnv } from '../env.ts'
import { makeSender } from './send.ts'

const closers: (() => void)[] = []
afterEach(() => closers.splice(0).forEach((close) => close()))

const receiver = async (answer: (response: ServerResponse) => void): Promise<string> => {
  const server = createServer((_request, response) => answer(response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const sendTo = (url: string, timeoutMs = 200) => {
  const sender = makeSender(machineEnv().machine, timeoutMs)
  closers.push(sender.close)
  return sender.send(url, '{}', {})
}

test('gives up on an answer that drips and never ends', async () => {
  const url = await receiver((response) => {
    response.writeHead(200)
    const drip = setInterval(() => response.write('.'), 20)
    response.on('close', () => clearInterval(drip))
  })
  expect(await sendTo(url)).toEqual({ failure: 'timed out' })
})

test('gives up on silence, and does not follow a redirect', async () => {
  expect(await sendTo(await receiver(() => undefined))).toEqual({ failure: 'timed out' })
  const moved = await receiver((response) => response.writeHead(302, { location: '/elsewhere' }).end())
  expect(await sendTo(moved)).toEqual({ status: 302 })
  expect(await sendTo('http://127.0.0.1:1/')).toEqual({ failure: 'ECONNREFUSED' })
})
