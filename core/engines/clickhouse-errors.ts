/** An answer as ClickHouse's HTTP interface gives it. */
export type ClickHouseFailure = { code: number; status: number; text: string }

/**
 * HTTP status by exception code, after ClickHouse's `exceptionCodeToHTTPStatus` (src/Server/HTTP/exceptionCodeToHTTPStatus.cpp).
 * What is not listed is 500.
 */
const STATUS_BY_CODE: ReadonlyMap<number, number> = new Map([
  // Something in the text cannot be parsed or does not fit.
  ...[6, 26, 27, 36, 38, 41, 53, 62, 72, 117, 130, 190, 321, 386, 427, 456, 457].map(
    (code) => [code, 400] as const,
  ),
  // Something is named that does not exist.
  ...[16, 36, 46, 47, 50, 56, 60, 63, 70, 73, 81, 115].map((code) => [code, 404] as const),
  [159, 408],
  [223, 413],
  [48, 501],
  [192, 403],
  [193, 403],
  [497, 403],
  [516, 401],
])

const EXCEPTION = /Code: (\d+)\. DB::Exception: /

/** Turns what the engine threw into ClickHouse's words, `Code: N. DB::Exception: ... (NAME)`, and its HTTP status. */
export function describeFailure(error: unknown): ClickHouseFailure {
  const message = error instanceof Error ? error.message : String(error)
  const found = EXCEPTION.exec(message)
  if (found === null) return fail(1002, 'UNKNOWN_EXCEPTION', message)
  const code = Number(found[1])
  return { code, status: STATUS_BY_CODE.get(code) ?? 500, text: message.slice(found.index) }
}

/** A refusal of our own, in the same words. `code` and `name` are ClickHouse's (src/Common/ErrorCodes.cpp). */
export function fail(code: number, name: string, message: string): ClickHouseFailure {
  return {
    code,
    status: STATUS_BY_CODE.get(code) ?? 500,
    text: `Code: ${code}. DB::Exception: ${message} (${name})`,
  }
}
