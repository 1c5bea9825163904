import type { Hono } from 'hono'
import type { Edit } from '../edits/edit.ts'
import { editShape } from '../edits/edit-request.ts'
import type { SandboxParts } from '../parts.ts'
import { makeEdit, undoEdit } from '../edits/make-edit.ts'
import { readBody } from './answers.ts'

/** An edit as it is answered: with the ids of what it added, by kind. */
const show = (edit: Edit): object => {
  if (!('objects' in edit)) return edit
  return { ...edit, ids: Object.fromEntries(edit.objects.map(({ object, id }) => [object, id])) }
}

/** `/_sandbox/edits`: silent changes of Stripe's facts, and their undoing. */
export const editRoutes = (app: Hono, parts: SandboxParts): void => {
  app.get('/_sandbox/edits', (context) =>
    context.json({ data: [...parts.store.state.edits.values()].map(show) }),
  )
  app.post('/_sandbox/edits', async (context) => {
    const edit = makeEdit(parts, await readBody(context, editShape))
    await parts.store.durable()
    return context.json(show(edit), 201)
  })
  app.delete('/_sandbox/edits/:id', async (context) => {
    const undone = undoEdit(parts, context.req.param('id'))
    await parts.store.durable()
    return context.json({ ...show(undone), undone: true })
  })
}
