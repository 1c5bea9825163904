import { expect, test } from 'vitest'
import { htmlText, oneLine, slackText } from './plain-text.ts'

test.each([
  ['a line', 'a line'],
  ['two\r\nBcc: everybody@example.com', 'two Bcc: everybody@example.com'],
  ['tab\tbell\u0007null\u0000end', 'tab bell null end'],
  ['separators\u2028and\u2029and\u0085next', 'separators and and next'],
  ['turned \u202eround\u202c', 'turned round'],
  ['  around  ', 'around'],
  ['', ''],
])('%j is one line', (text, line) => {
  expect(oneLine(text)).toBe(line)
})

test('a long line is cut between characters, never within one', () => {
  expect(oneLine('ab😀cd', 4)).toBe('ab😀…')
  expect(oneLine('abcd', 4)).toBe('abcd')
})

test('a name stays a name in a page and in a chat', () => {
  const name = `<script>alert("&")</script>'`
  expect(htmlText(name)).toBe('&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;&#39;')
  expect(slackText('<!channel> & more')).toBe('&lt;!channel&gt; &amp; more')
})
