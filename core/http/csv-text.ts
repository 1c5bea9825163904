const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/

/** Text that a spreadsheet would run as a formula gets an apostrophe before it (reliability.md row 63); nothing is empty. */
export const csvText = (text: string | null): string => {
  if (text === null) return ''
  return FORMULA.test(text) ? `'${text}` : text
}
