; Facts about bits, for all words, that neither Eva nor WP see: z3 finds none that contradicts them.

; HV_CALL_PAIRS: rounding up to 16 loses nothing, and adds less than 16.
(push)
(declare-const size (_ BitVec 32))
(define-fun pairs () (_ BitVec 32) (bvand (bvadd size #x0000000f) (bvnot #x0000000f)))
(assert (bvult size #x20000000))
(assert (or (bvult pairs size) (bvuge pairs (bvadd size #x00000010))))
(check-sat)
(pop)

; population() of vp_set.c: word & (word - 1) is the word without one of its ones, so that the loop counts them.
(push)
(declare-const word (_ BitVec 64))
(define-fun less () (_ BitVec 64) (bvsub word #x0000000000000001))
(define-fun lowest () (_ BitVec 64) (bvand word (bvneg word)))
(assert (distinct word #x0000000000000000))
(assert (or (distinct (bvand word less) (bvxor word lowest))
            (distinct (bvand word lowest) lowest)
            (= lowest #x0000000000000000)
            (distinct (bvand lowest (bvsub lowest #x0000000000000001)) #x0000000000000000)))
(check-sat)
(pop)
