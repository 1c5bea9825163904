import type { Page } from 'playwright-core'

/** What came of scrolling a list from its first row to its last. */
export interface Scrolled {
  readonly rows: number
  readonly frames: number
  /** Frames in which a place in sight held no row. */
  readonly blank_frames: number
  readonly frame_p95_ms: number
  /** The most rows that were in the document at once. */
  readonly most_drawn: number
  readonly seconds: number
}

/** Rows that are skipped at a time: as fast as a wheel that is spun. */
const STEP_PX = 900

/**
 * Scrolls on with every frame, waits at the end of what is fetched until more is there, and looks in each frame at three heights of
 * the list for a row. Runs in the browser.
 */
const SCROLL = `(total, step) => new Promise((resolve, reject) => {
  const list = [...document.querySelectorAll('[role="table"] *')].find((one) => one.scrollHeight > one.clientHeight + 10 && getComputedStyle(one).overflowY !== 'visible')
  if (!list) return reject(new Error('nothing scrolls'))
  const times = []
  let blank = 0, most = 0, reached = 0, still = 0, from, last
  // By place and not by elementFromPoint: rows in motion take no pointer.
  const hasRow = (rows, part) => {
    const box = list.getBoundingClientRect()
    const y = box.top + box.height * part
    return rows.some((row) => { const { top, bottom } = row.getBoundingClientRect(); return top <= y && y < bottom })
  }
  const frame = (now) => {
    from ??= now
    times.push(now - (last ?? now))
    last = now
    const rows = [...list.querySelectorAll('[role="row"]')]
    if (![0.1, 0.5, 0.9].every((part) => hasRow(rows, part))) blank += 1
    most = Math.max(most, rows.length)
    reached = Math.max(reached, ...rows.map((row) => Number(row.getAttribute('aria-rowindex')) - 1))
    const before = list.scrollTop
    list.scrollTop = before + step
    still = list.scrollTop === before ? still + 1 : 0
    if (reached >= total || still > 600) {
      times.sort((one, other) => one - other)
      resolve({ rows: reached, frames: times.length, blank_frames: blank, frame_p95_ms: times[Math.floor(times.length * 0.95)], most_drawn: most, seconds: (now - from) / 1000 })
    } else requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
})`

/** Scrolls the list of payments from its first to its last of `total` rows. Answers early when no more rows come for ten seconds. */
export const scrollThrough = async (page: Page, total: number): Promise<Scrolled> =>
  page.evaluate(`(${SCROLL})(${total}, ${STEP_PX})`) as Promise<Scrolled>
