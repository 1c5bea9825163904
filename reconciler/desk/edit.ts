import { newId } from '#core/ids.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { saveExceptions, type Desk, type DeskException } from './desk-exception.ts'

const insertNote = loadSql(import.meta.url, '../sql/exception_note_insert.sql')

/** Gives a locked exception an owner, or takes it from everybody; nothing happens when it is so already. */
export const assign = async (desk: Desk, exception: DeskException, owner: string | null): Promise<void> => {
  if (exception.owner === owner) return
  await saveExceptions(desk, [exception], { owner }, { change: 'assigned', why: null })
}

/** Adds a note to a locked exception, for good. */
export const addNote = async (desk: Desk, exception: DeskException, text: string): Promise<void> => {
  const id = newId(desk.env, 'note')
  const { actorId, name, role } = desk.actor
  await desk.db.run(insertNote, [id, exception.id, text, actorId, name, role, desk.now])
  await saveExceptions(desk, [exception], {}, { change: 'noted', why: text, besides: { note: id } })
}
