import type { Logger } from '#core/log.ts'
import { buildUi, UI_DIST } from '../../ui/build/build-ui.ts'
import { loadUi, type Ui } from '../http/ui-files.ts'

/**
 * The pages that people open. They are built when their sources changed since the last build; an image has them built already
 * and no tools to build them. Throws when there are none and none can be made.
 */
export const openPages = async (log: Logger): Promise<Ui> => {
  try {
    const state = await buildUi()
    if (state === 'built') log.info('the pages were built anew')
  } catch (error) {
    log.warn({ err: error }, 'the pages could not be built; those of the last build are served')
  }
  return loadUi(UI_DIST)
}
