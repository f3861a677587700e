package money

import "eoul/pkg/fault"

// ProposeSplit proposes who pays a bill: the split of everything paid so far and
// this bill by the planned weights, minus what each source has paid already. So
// no source drifts by rounding, and the bill that uses the plan up still fits
// every source. The proposal adds up to the bill, no part is negative, and no
// source is asked for more than it is behind its plan: where a source has paid
// ahead (an edited split, or the step back of 1 won that largest remainders can
// make), the others share the bill in proportion to how far they are behind.
// A negative bill, negative payments and empty weights are Invalid faults.
func ProposeSplit(soFar BySource, bill Amount, weights BySource) (BySource, error) {
	if soFar.AnyNegative() || bill.n < 0 {
		return BySource{}, fault.New(fault.Invalid, "0원보다 적은 금액은 나눌 수 없습니다.")
	}
	target, err := weights.Split(soFar.Total().Add(bill))
	if err != nil {
		return BySource{}, err
	}
	behind := target.Sub(soFar)
	if !behind.AnyNegative() {
		return behind, nil
	}
	for _, s := range Sources() {
		if behind.At(s).n < 0 {
			behind = behind.With(s, Amount{})
		}
	}
	return behind.Split(bill)
}
