import qrcode from 'qrcode-generator'

/** A QR code as one path of unit squares, to be drawn in a box of `size`, quiet zone included. */
export const qrPath = (text: string): { readonly path: string; readonly size: number } => {
  const QUIET = 4
  const code = qrcode(0, 'M')
  code.addData(text)
  code.make()
  const modules = code.getModuleCount()
  const squares: string[] = []
  for (let row = 0; row < modules; row += 1)
    for (let column = 0; column < modules; column += 1)
      if (code.isDark(row, column)) squares.push(`M${column + QUIET} ${row + QUIET}h1v1h-1z`)
  return { path: squares.join(''), size: modules + 2 * QUIET }
}
