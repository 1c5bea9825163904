/** What the counter shows beside the sale at hand. */
export type View = 'sale' | 'held' | 'today'
