/** One thing about the stored chain that is not as it was issued. */
export interface CertifyFinding {
  readonly certificate: string
  readonly what:
    | 'content'
    | 'digest'
    | 'figures'
    | 'link'
    | 'sequence'
    | 'opening'
    | 'changes'
    | 'rows'
    | 'items'
    | 'evidence'
    | 'pairing'
    | 'settlement'
    | 'exceptions'
    | 'ledger'
    | 'head'
  readonly expected: string
  readonly found: string
}
