// Package identity owns who a person is: people, passwords, sign-in, sessions, API
// tokens and the roles a person holds, each in a scope and for some days.
//
// Tables: people, memberships, role_grants, sessions, api_tokens, sign_in_failures.
//
// What holds: a password and a token are stored as a hash only; whoever asks learns
// nothing about which logins exist; a disabled person, an ended grant and a changed
// password take effect with the next request, because every request reads them
// anew; the roles decider, finance, auditor and admin take two people, except for
// those named at the machine itself.
//
// BEGIN Flow
//
//	stateDiagram-v2
//	  [*] --> requested
//	  requested --> active: approve
//	  active --> ended: end
//	  requested --> ended: end
//
// END Flow
package identity
