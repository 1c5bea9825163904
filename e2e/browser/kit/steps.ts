/** A story, told in steps; each has a name and is counted, so that the story's length is a published figure. */
export interface Story {
  /** Does one step. What goes wrong in it says which it was. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>
  /** `cashier: 12 steps` and their names. */
  report(): string
}

/** Begins a story of a role. */
export const tellStory = (role: string): Story => {
  const done: string[] = []
  return {
    step: async (name, work) => {
      try {
        const result = await work()
        done.push(name)
        return result
      } catch (error) {
        throw new Error(`${role}, step ${done.length + 1}: ${name}`, { cause: error })
      }
    },
    report: () =>
      [`${role}: ${done.length} steps`, ...done.map((name, at) => `  ${at + 1}. ${name}`)].join('\n'),
  }
}
