// Package organization owns who takes part: the regions of Korea with their
// ten-digit codes, the ministries, the 시·도 and 시·군·구, and partner bodies.
//
// Tables: regions, organizations.
//
// Every row has days of validity. A region that got another code or another 시·도
// is a new region and a new organization from its day on; the old one keeps its
// code and its days, so that an award of 2022 still names the code of 2022. On any
// day from July 2018 to June 2026 there are 17 시·도 and 226 시·군·구; 제주시 and
// 서귀포시 are regions without self-government (administrative_city) and no
// organizations. Exactly a 시·군·구 has a parent: its 시·도.
package organization
