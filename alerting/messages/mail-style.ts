/**
 * Looks of a mail. What matters stands on the elements themselves, for many mail programs throw style sheets away; the sheet
 * only makes it dark where the reader's screen is, and narrow where it is small.
 */
export const FONT =
  "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

export const COLOURS = {
  paper: '#f4f3ef',
  card: '#ffffff',
  ink: '#1d2320',
  quiet: '#5d6761',
  line: '#e5e4de',
  tint: '#f7f6f2',
  button: '#155e4c',
  link: '#155e4c',
} as const

/** Dark enough for white writing on it in every theme (contrast 4.5 : 1 and more). */
export const TONES: Readonly<Record<string, string>> = {
  critical: '#b3261e',
  warning: '#96590a',
  info: '#1b5fa8',
  resolved: '#1a7148',
}

export const SHEET = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
a { color: ${COLOURS.link}; }
@media (prefers-color-scheme: dark) {
  .paper { background: #121614 !important; }
  .card { background: #1a201d !important; border-color: #2b332f !important; }
  .tint { background: #222a26 !important; }
  .ink { color: #e8ece9 !important; }
  .quiet { color: #9aa59f !important; }
  .rule { border-color: #2b332f !important; }
  .link { color: #7fd6bd !important; }
  .button, .button a { background: #7fd6bd !important; color: #0d1a16 !important; }
}
@media (max-width: 480px) {
  .wide { padding-left: 18px !important; padding-right: 18px !important; }
  .name, .value { display: block !important; width: auto !important; }
  .name { padding: 8px 0 0 0 !important; border-bottom: 0 !important; }
  .value { padding: 0 0 8px 0 !important; }
  .button, .button a { display: block !important; }
}
`
