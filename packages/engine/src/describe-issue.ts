import type * as z from 'zod/mini'

/** What is wrong with one field, for people: zod's small edition has no messages of its own. Values are never quoted. */
export function describeIssue(issue: z.core.$ZodIssue): string {
  return `${issue.path.map(String).join('.') || 'the document'} ${problemOf(issue)}`
}

function problemOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${issue.expected === 'int' ? 'a whole number' : nameOf(issue.expected)}`
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`
    case 'invalid_union':
      return `must be ${'options' in issue && issue.options ? issue.options.map(String).join(' or ') : 'of another type'}`
    case 'unrecognized_keys':
      return `has an unknown field: ${issue.keys.join(', ')}`
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'is not a possible name'
    case 'too_small':
      return issue.origin === 'string' ? 'must not be empty' : `must be more than ${issue.minimum}`
    default:
      return issue.message
  }
}

function nameOf(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}
