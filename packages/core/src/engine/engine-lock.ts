/** The one lock that everything holds that writes files of clients, the ledger or the journal. */
export const ENGINE_LOCK = 'engine'
