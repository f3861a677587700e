// Package demo fills a demonstration: the 2022 call of the real programme with its
// 35 governments, the three Daegu projects from their plan to their settlement,
// 2021's two as history, and a fictitious programme with work waiting for every role.
//
// Facts stay facts: they are read from programme-case.json. What no source tells is
// made up and says so (decisions 38). Everything goes through the real use cases
// while the product's clock stands at the day it happened, so that trail, ledger
// and states are what the product itself writes.
package demo
