package handoff

import (
	"context"
	"fmt"
	"slices"
)

// A Handler dispatches a committed decision's effects to the host's functions, in their order. Run it from an outbox,
// after the transaction: it is the part that talks to other systems.
//
// Every kind needs a function or a place in Ignore, also those that the host's policy does not lead to, such as expose without
// experiments: so that none is lost when it does. The zero Handler handles nothing and says so.
type Handler struct {
	ConsumeTrigger  func(context.Context, Decision, ConsumeTrigger) error
	QueueTrigger    func(context.Context, Decision, QueueTrigger) error
	Redecide        func(context.Context, Decision, Redecide) error
	RecordActivity  func(context.Context, Decision, RecordActivity) error
	RecordTouch     func(context.Context, Decision, RecordTouch) error
	RecordOutcome   func(context.Context, Decision, RecordOutcome) error
	SetConsent      func(context.Context, Decision, SetConsent) error
	SetRepStatus    func(context.Context, Decision, SetRepStatus) error
	MergeRecords    func(context.Context, Decision, MergeRecords) error
	SplitRecords    func(context.Context, Decision, SplitRecords) error
	SetStage        func(context.Context, Decision, SetStage) error
	Hold            func(context.Context, Decision, Hold) error
	ReleaseHold     func(context.Context, Decision, ReleaseHold) error
	StopClock       func(context.Context, Decision, StopClock) error
	Exit            func(context.Context, Decision, Exit) error
	ResumeMarketing func(context.Context, Decision, ResumeMarketing) error
	AdvancePool     func(context.Context, Decision, AdvancePool) error
	AdjustPool      func(context.Context, Decision, AdjustPool) error
	MoveLoad        func(context.Context, Decision, MoveLoad) error
	Assign          func(context.Context, Decision, Assign) error
	Stick           func(context.Context, Decision, Stick) error
	Enroll          func(context.Context, Decision, Enroll) error
	Expose          func(context.Context, Decision, Expose) error
	Count           func(context.Context, Decision, Count) error
	Plan            func(context.Context, Decision, Plan) error
	PauseMarketing  func(context.Context, Decision, PauseMarketing) error
	StartClock      func(context.Context, Decision, StartClock) error
	MoveClock       func(context.Context, Decision, MoveClock) error
	Correct         func(context.Context, Decision, Correct) error
	Recycle         func(context.Context, Decision, Recycle) error
	AttachContext   func(context.Context, Decision, AttachContext) error
	Notify          func(context.Context, Decision, Notify) error

	// Ignore lists kinds that nobody outside the State has to hear of, such as Bookkeeping().
	Ignore []EffectKind
}

// Bookkeeping returns the kinds whose whole meaning is what Apply does to the State: a host that stores the State has
// nothing more to do for them. Merge_records and split_records are none of them: what the decision's reasons say that a
// merge ends, such as a sequence that runs elsewhere, the host ends there, and a record that is split off has to be
// asked for its grants again.
func Bookkeeping() []EffectKind {
	return []EffectKind{EffectConsumeTrigger, EffectQueueTrigger, EffectRecordActivity, EffectRecordTouch, EffectSetStage,
		EffectHold, EffectReleaseHold, EffectAdvancePool, EffectAdjustPool, EffectMoveLoad, EffectStick, EffectExpose, EffectCount,
		EffectPlan, EffectStartClock, EffectMoveClock, EffectStopClock, EffectCorrect}
}

// Check returns an error that names every kind without a function, unless Ignore lists it. Call it when the program
// starts.
func (h *Handler) Check() error {
	var open []EffectKind
	for _, row := range effectKinds {
		if h.call(row.kind) == nil && !slices.Contains(h.Ignore, row.kind) {
			open = append(open, row.kind)
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("handler: no function for %s; add one or list the kind in Ignore", wordList(open))
	}
	return nil
}

// Handle calls the functions for the decision's effects, in order, and stops at the first error. Nothing is called
// unless Check passes.
func (h *Handler) Handle(ctx context.Context, d Decision) error {
	if err := h.Check(); err != nil {
		return err
	}
	for i, e := range d.Effects {
		call := h.call(e.Kind())
		if call == nil {
			continue
		}
		if err := call(ctx, d, e); err != nil {
			return fmt.Errorf("effect %d of %s: %s: %w", i, d.Policy, e.Kind(), err)
		}
	}
	return nil
}

type effectFunc = func(context.Context, Decision, Effect) error

func typedCall[T Effect](f func(context.Context, Decision, T) error) effectFunc {
	if f == nil {
		return nil
	}
	return func(ctx context.Context, d Decision, e Effect) error { return f(ctx, d, e.(T)) }
}

// call returns the function for a kind, nil when there is none.
func (h *Handler) call(kind EffectKind) effectFunc {
	switch kind {
	case EffectConsumeTrigger:
		return typedCall(h.ConsumeTrigger)
	case EffectQueueTrigger:
		return typedCall(h.QueueTrigger)
	case EffectRedecide:
		return typedCall(h.Redecide)
	case EffectRecordActivity:
		return typedCall(h.RecordActivity)
	case EffectRecordTouch:
		return typedCall(h.RecordTouch)
	case EffectRecordOutcome:
		return typedCall(h.RecordOutcome)
	case EffectSetConsent:
		return typedCall(h.SetConsent)
	case EffectSetRepStatus:
		return typedCall(h.SetRepStatus)
	case EffectMergeRecords:
		return typedCall(h.MergeRecords)
	case EffectSplitRecords:
		return typedCall(h.SplitRecords)
	case EffectSetStage:
		return typedCall(h.SetStage)
	case EffectHold:
		return typedCall(h.Hold)
	case EffectReleaseHold:
		return typedCall(h.ReleaseHold)
	case EffectStopClock:
		return typedCall(h.StopClock)
	case EffectExit:
		return typedCall(h.Exit)
	case EffectResumeMarketing:
		return typedCall(h.ResumeMarketing)
	case EffectAdvancePool:
		return typedCall(h.AdvancePool)
	case EffectAdjustPool:
		return typedCall(h.AdjustPool)
	case EffectMoveLoad:
		return typedCall(h.MoveLoad)
	case EffectAssign:
		return typedCall(h.Assign)
	case EffectStick:
		return typedCall(h.Stick)
	case EffectEnroll:
		return typedCall(h.Enroll)
	case EffectExpose:
		return typedCall(h.Expose)
	case EffectCount:
		return typedCall(h.Count)
	case EffectPlan:
		return typedCall(h.Plan)
	case EffectPauseMarketing:
		return typedCall(h.PauseMarketing)
	case EffectStartClock:
		return typedCall(h.StartClock)
	case EffectMoveClock:
		return typedCall(h.MoveClock)
	case EffectCorrect:
		return typedCall(h.Correct)
	case EffectRecycle:
		return typedCall(h.Recycle)
	case EffectAttachContext:
		return typedCall(h.AttachContext)
	case EffectNotify:
		return typedCall(h.Notify)
	}
	return nil
}
