import { buildUi } from './build/build-ui.ts'

/** `npm run build`: the pages, whether they are fresh or not. */
await buildUi({ force: true })
