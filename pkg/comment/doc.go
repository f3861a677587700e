// Package comment owns what people say to each other about an application, and the
// items of a return (보완 요청): each pinned to a part, a row or a cell of the plan.
//
// Table: comments.
//
// What holds:
//   - An author speaks for a side: the government that applies, the 시·도 above it or
//     the ministry. An internal comment is heard by that side alone, in every list and
//     every count; a next one by all three, once the application was handed in.
//     Reviewers, finance officers and the public hear neither.
//   - A reply is heard by exactly those who hear what it answers.
//   - What was said stays as it was said. An author may take a comment back for an
//     hour while nobody has answered; that it was there stays to be seen.
//   - An item of a return is written in the same transaction that sends the
//     application back, speaks of the version handed in and keeps the words of the row
//     it points at. A plan is handed in again only when every item is dealt with.
//   - Who is named in a comment is of the author's own side and hears of it.
package comment
