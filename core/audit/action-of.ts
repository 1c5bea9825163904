const VERB: Readonly<Record<string, string>> = { get: 'read', post: 'create', delete: 'delete' }

/**
 * The action's name of a route, words with dots: `POST /payments/{id}/refunds` is `payments.refunds`, `POST /people` is
 * `people.create`, `GET /payments/{id}` is `payments.read`, `DELETE /views/{id}` is `views.delete`.
 */
export const actionOf = (method: string, route: string): string => {
  const words = route.split('/').filter((part) => part !== '' && !part.startsWith('{'))
  const saysIt = method === 'post' && words.length > 1
  return [...words, ...(saysIt ? [] : [VERB[method] ?? method])].join('.')
}
