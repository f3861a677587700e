// Package notice tells people in the product that something waits for them or has
// been decided. Its handler turns what the outbox delivers into one notice per
// person concerned; delivering a message twice makes no second notice.
//
// Table: notices. A notice belongs to one person, who alone sees it. Its title
// holds nothing that the person could not open.
package notice
