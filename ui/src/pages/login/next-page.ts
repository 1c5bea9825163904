/** Where a log-in leads: the page that was asked for if it is one of ours, else the first one. A foreign address is never one. */
export const nextPage = (wanted: string): string =>
  /^\/(?![/\\])[\x21-\x7e]*$/.test(wanted) && !wanted.startsWith('/login') ? wanted : '/'
