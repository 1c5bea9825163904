import { escapeHtml } from '#core/escape-html.ts'

/** Control characters, line and paragraph separators, and marks that turn the direction of writing round. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu

const LENGTH_MAX = 500

/**
 * One line of text, whatever was in it: nothing taken from a payment can begin a new line, a new header or a new direction
 * of writing. At most `max` characters; what is cut ends with an ellipsis.
 */
export const oneLine = (text: string, max = LENGTH_MAX): string => {
  const clean = text.replace(UNPRINTABLE, ' ').replace(/ {2,}/g, ' ').trim()
  const characters = [...clean]
  return characters.length <= max ? clean : `${characters.slice(0, max - 1).join('')}…`
}

/** One line of text for an HTML page, in an element or in a quoted attribute. */
export const htmlText = (text: string): string => escapeHtml(oneLine(text))

/** One line for Slack's mrkdwn, which knows three entities. */
export const slackText = (text: string): string =>
  oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
