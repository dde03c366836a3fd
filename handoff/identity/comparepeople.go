package identity

import "strings"

// agreeText compares names, streets and cities: Exact, Close, Near, Far, Differs.
func agreeText(a, b string) rank {
	switch {
	case a == "" || b == "":
		return 0
	case a == b:
		return 1
	}
	n := max(len(a), len(b))
	switch d := distance(a, b, n/2); {
	case d == 1 && n >= 3, d == 2 && n >= 8, strings.HasPrefix(a, b), strings.HasPrefix(b, a):
		return 2
	case d == 2 && n >= 4, d == 3 && n >= 8:
		return 3
	case 2*d <= n && n >= 5:
		return min(4, bySimilarity(a, b))
	}
	return bySimilarity(a, b)
}

// bySimilarity ranks texts that many slips part.
func bySimilarity(a, b string) rank {
	switch n := similar(a, b); {
	case n >= 880:
		return 3
	case n >= 780:
		return 4
	}
	return 5
}

// agreeFirst compares first names: as agreeLast, and a nickname is Close.
func agreeFirst(a, b string) rank {
	r := agreeLast(a, b)
	if r > 2 && SameNickname(a, b) {
		return 2
	}
	return r
}

// agreeLast compares last names: as agreeText, and two umlauts that are spelled out are Close.
func agreeLast(a, b string) rank {
	r := agreeText(a, b)
	if r > 2 && (spelledOut(a, b) || spelledOut(b, a)) {
		return 2
	}
	return r
}

// spelledOut reports whether b is a with an e behind up to two of its vowels a, o and u, as umlauts are spelled out:
// Özgür is Oezguer.
func spelledOut(a, b string) bool {
	if n := len(b) - len(a); n < 1 || n > 2 {
		return false
	}
	i := 0
	for j := range len(b) {
		switch {
		case i < len(a) && a[i] == b[j]:
			i++
		case b[j] != 'e' || j == 0 || strings.IndexByte("aou", b[j-1]) < 0:
			return false
		}
	}
	return i == len(a)
}

// Far is not close enough for names to speak for a person that are swapped.
const swappable = 3

// agreeNames compares both names. Where neither is like its like, but one is like the other's other name, they are
// swapped: then the same name counts as the same, and a similar one as Near; the better of the two is said of the first
// name, whichever record comes first.
func agreeNames(a, b *Prepared) (first, last rank) {
	first, last = agreeFirst(a.first, b.first), agreeLast(a.last, b.last)
	if speaks(first) || speaks(last) {
		return first, last
	}
	x, y := agreeText(a.first, b.last), agreeText(a.last, b.first)
	if !speaks(x) && !speaks(y) {
		return first, last
	}
	if better(x, y) == y {
		x, y = y, x
	}
	return swapped(x), swapped(y)
}

func speaks(r rank) bool { return r > 0 && r <= swappable }

func swapped(r rank) rank {
	if r == 2 {
		return swappable
	}
	return r
}

// agreeBorn compares birthdays of eight digits: Exact, Close, Near, Far, Vague, Year, Differs.
func agreeBorn(a, b string) rank {
	if a == "" || b == "" {
		return 0
	}
	if a == b {
		return 1
	}
	sameYear, sameMonth, sameDay := a[:4] == b[:4], a[4:6] == b[4:6], a[6:] == b[6:]
	switch d := distance(a, b, 3); {
	case d == 1, sameYear && a[4:6] == b[6:] && a[6:] == b[4:6]:
		return 2
	case sameYear && sameMonth, sameYear && sameDay, sameMonth && sameDay, d == 2 && sameYear:
		return 3
	case d == 2:
		return 4
	case d == 3 && distance(a[:4], b[:4], 1) <= 1:
		return 5
	case sameYear:
		return 6
	}
	return 7
}

// agreeCode compares numbers and codes: Exact, Close, Differs.
func agreeCode(a, b string) rank {
	switch {
	case a == "" || b == "":
		return 0
	case a == b:
		return 1
	case max(len(a), len(b)) >= 2 && distance(a, b, 1) == 1:
		return 2
	}
	return 3
}

// agreePostalCode compares postal codes: Exact, Close, Area, Differs.
func agreePostalCode(a, b string) rank {
	switch r := agreeCode(a, b); {
	case r < 3:
		return r
	case len(a) > 3 && len(b) > 3 && a[:3] == b[:3]:
		return 3
	}
	return 4
}

// agreePhone compares phone numbers: Exact, National, Differs.
func agreePhone(a, b []string) (best rank) {
	for _, x := range a {
		for _, y := range b {
			best = better(best, samePhone(x, y))
		}
	}
	return best
}

// samePhone compares two numbers of Prepared. Those whose keys differ do.
func samePhone(a, b string) rank {
	switch {
	case a == b:
		return 1
	case len(a) < phoneTail || len(b) < phoneTail || lastDigits(a) != lastDigits(b):
		return 3
	}
	switch comparePhones(a, b) {
	case phoneExact:
		return 1
	case phoneNational:
		return 2
	case phoneShort:
		if min(len(a), len(b)) >= nationalDigits && (a[0] != '+' || b[0] != '+') {
			return 2
		}
	}
	return 3
}

// better returns the better of two ranks; 0 is unknown.
func better(a, b rank) rank {
	if a == 0 || b > 0 && b < a {
		return b
	}
	return a
}

// agreeEmail compares addresses: Exact, Close, Shared, Near, Far, Differs. Differs is two mailboxes at one company:
// that is two people's, as a rule, while somebody can well have another address elsewhere.
func agreeEmail(a, b *Prepared) (best rank) {
	for i := range a.mails {
		for j := range b.mails {
			best = better(best, sameMailbox(a, b, &a.mails[i], &b.mails[j]))
		}
	}
	return best
}

func sameMailbox(a, b *Prepared, x, y *mailbox) rank {
	switch {
	case x.key == y.key && x.shared:
		return 3
	case x.key == y.key:
		return 1
	case x.shared || y.shared:
		return farMailbox
	}
	r := closeMailbox(x, y)
	if r == farMailbox || !a.named() || !b.named() {
		return r
	}
	return beyondNames(a, b, x, y, r)
}

// farMailbox is the rank of addresses that say nothing of each other, and otherMailbox that of two at one company.
const (
	farMailbox   = 5
	otherMailbox = 6
)

// beyondNames returns what two addresses say that the names do not say already. Those that one person's names explain,
// such as john.smith and jsmith, say nothing, unless a number tells them apart; those of one company that two people's
// names explain are two people's.
func beyondNames(a, b *Prepared, x, y *mailbox, r rank) rank {
	one := a.last == b.last && SameNickname(a.first, b.first)
	switch {
	case !a.explains(x.local) || !b.explains(y.local):
		return r
	case x.domain == "" || x.domain != y.domain, one && Digits(x.local) == Digits(y.local):
		return farMailbox
	}
	return otherMailbox
}

func (p *Prepared) named() bool { return p.first != "" && p.last != "" }

// explains reports whether a mailbox is named by the names of a person: by one of them or both, or by initials, in
// whatever order, and by digits behind them.
func (p *Prepared) explains(local string) bool {
	local = strings.TrimRight(local, " 0123456789")
	return madeOf(local, p.first, p.last) || madeOf(local, p.last, p.first)
}

// madeOf reports whether a text is one name or its initial, and the other one or its initial, or nothing, behind it.
// Spaces do not count.
func madeOf(text, one, other string) bool {
	for _, x := range [...]string{one, start(one, 1)} {
		rest, ok := cutLetters(text, x)
		if !ok {
			continue
		}
		for _, y := range [...]string{other, start(other, 1), ""} {
			if left, ok := cutLetters(rest, y); ok && left == "" {
				return true
			}
		}
	}
	return false
}

// cutLetters cuts the letters of a name off the front of a text, and the spaces behind them.
func cutLetters(text, name string) (rest string, ok bool) {
	for i := range len(name) {
		if name[i] == ' ' {
			continue
		}
		text = strings.TrimLeft(text, " ")
		if text == "" || text[0] != name[i] {
			return text, false
		}
		text = text[1:]
	}
	return strings.TrimLeft(text, " "), true
}

// tellingMailbox is how long a mailbox's name is at least that says who somebody is without its domain, more than a
// first name does.
const tellingMailbox = 8

// closeMailbox compares how two addresses are written. At one domain only what stands before the @ can tell.
func closeMailbox(a, b *mailbox) rank {
	if a.local == b.local && len(a.local) >= tellingMailbox {
		return 2
	}
	x, y := a.key, b.key
	i, j := strings.LastIndexByte(x, '@'), strings.LastIndexByte(y, '@')
	if x[i:] == y[j:] {
		x, y = x[:i], y[:j]
	}
	n := max(len(x), len(y))
	switch d := distance(x, y, n/2); {
	case d <= 1 && n >= 5, d == 2 && n >= 8:
		return 2
	case 3*d <= n:
		return 4
	case 2*d <= n || a.domain == "" || a.domain != b.domain:
		return farMailbox
	}
	return otherMailbox
}
