import { edgesOf } from './import-edges.ts'
import { isCode, type Finding } from './source.ts'

type Graph = ReadonlyMap<string, ReadonlyMap<string, number>>

const graphOf = (files: ReadonlyMap<string, string>): Graph => {
  const graph = new Map<string, Map<string, number>>()
  for (const [path, text] of files) {
    if (!isCode(path)) continue
    const targets = new Map<string, number>()
    for (const edge of edgesOf(path, text)) {
      if (edge.kind === 'import' && edge.target !== undefined && files.has(edge.target))
        targets.set(edge.target, edge.line)
    }
    graph.set(path, targets)
  }
  return graph
}

/** Shortest way from `start` back to itself, or undefined. */
const wayBack = (graph: Graph, start: string): string[] | undefined => {
  const cameFrom = new Map<string, string>()
  const waiting = [start]
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    for (const next of graph.get(at)?.keys() ?? []) {
      if (next === start) {
        const way = [at]
        for (let back = cameFrom.get(at); back !== undefined; back = cameFrom.get(back)) way.unshift(back)
        return way
      }
      if (cameFrom.has(next)) continue
      cameFrom.set(next, at)
      waiting.push(next)
    }
  }
  return undefined
}

/** Files that import each other in a circle; types count, since they tie files together as values do. Each circle once. */
export const circles = (files: ReadonlyMap<string, string>): Finding[] => {
  const graph = graphOf(files)
  const reported = new Set<string>()
  const findings: Finding[] = []
  for (const path of [...graph.keys()].sort()) {
    if (reported.has(path)) continue
    const way = wayBack(graph, path)
    if (!way) continue
    for (const member of way) reported.add(member)
    findings.push({
      file: path,
      line: graph.get(path)?.get(way[1] ?? path) ?? 1,
      message: `imports in a circle: ${[...way, path].join(' -> ')}; move what both need into a file of its own`,
    })
  }
  return findings
}
