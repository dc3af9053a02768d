/** Credentials that scenes give; none of them may be in an answer. */
export const API_KEY = 'key-of-the-corpus-4c1f'
export const REFUSED_API_KEY = 'another-key-of-the-corpus-d02a'
export const GIVEN_TOKEN = 'token-of-the-corpus-9b3e'
export const USERS_SECRET = 'secret-of-the-user-77ad'
