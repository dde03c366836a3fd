package identity

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
)

// Syllables that made-up names are of.
const syllables = "ba be bo da de do fa fe ga go ha he hi ja jo ka ke ko la le li lo ma me mi mo na ne ni no pa pe ra re ri ro sa se si so ta te ti to va ve vi wa we za zo"

// A forger makes up records.
type forger struct {
	r     *rand.Rand
	parts []string
	first []string
	last  []string
	city  []string
	brand []string
}

func newForger(seed uint64) *forger {
	f := &forger{r: rand.New(rand.NewPCG(seed, 2)), parts: strings.Fields(syllables)}
	names := func(n, least int) (out []string) {
		for range n {
			var b strings.Builder
			for range least + f.r.IntN(3) {
				b.WriteString(f.parts[f.r.IntN(len(f.parts))])
			}
			b.WriteString([]string{"n", "s", "r", "", "", "l"}[f.r.IntN(6)])
			out = append(out, b.String())
		}
		return out
	}
	f.first, f.last, f.city, f.brand = names(800, 2), names(8000, 2), names(600, 3), names(30_000, 3)
	return f
}

// pick takes early ones of a list more often than late ones, as names are.
func (f *forger) pick(list []string) string {
	return list[int(float64(len(list))*f.r.Float64()*f.r.Float64())]
}

// slip puts a typo into one text in four.
func (f *forger) slip(s string) string {
	if len(s) < 4 || f.r.IntN(4) > 0 {
		return s
	}
	i := 1 + f.r.IntN(len(s)-2)
	switch f.r.IntN(3) {
	case 0:
		return s[:i] + s[i+1:]
	case 1:
		return s[:i] + s[i+1:i+2] + s[i:i+1] + s[i+2:]
	}
	return s[:i] + string(rune('a'+f.r.IntN(26))) + s[i+1:]
}

func mapped(list []string, f func(string) string) (out []string) {
	for _, s := range list {
		out = append(out, f(s))
	}
	return out
}

// people returns n leads, one in five of them an earlier one with typos and gaps.
func (f *forger) people(n int) (out []Record) {
	for i := range n {
		var p Record
		if i > 0 && f.r.IntN(5) == 0 {
			p = out[f.r.IntN(i)]
			p.FirstName, p.LastName, p.City = f.slip(p.FirstName), f.slip(p.LastName), f.slip(p.City)
			switch f.r.IntN(3) {
			case 0:
				p.Emails = nil
			case 1:
				p.Emails = mapped(p.Emails, f.slip)
			}
			if f.r.IntN(3) == 0 {
				p.Phones = nil
			}
		} else {
			p = Record{FirstName: f.pick(f.first), LastName: f.pick(f.last), City: f.pick(f.city), Country: "US",
				Born:       fmt.Sprintf("%04d-%02d-%02d", 1940+f.r.IntN(65), 1+f.r.IntN(12), 1+f.r.IntN(28)),
				PostalCode: fmt.Sprintf("%05d", 10_000+f.r.IntN(20_000)), Phones: some(fmt.Sprintf("+1415%07d", f.r.IntN(10_000_000)))}
			p.Emails = some(fmt.Sprintf("%s.%s@%s.com", p.FirstName, p.LastName, f.pick(f.brand)))
			p.Company = f.pick(f.brand)
		}
		p.Ref = leadRef(fmt.Sprintf("L%d", i))
		out = append(out, p)
	}
	return out
}

// companies returns n accounts, one in five of them an earlier one with another form, a typo or a gap.
func (f *forger) companies(n int) (out []Record) {
	forms := []string{"", " Inc.", " Ltd", " GmbH", " S.A.", " BV"}
	for i := range n {
		var c Record
		if i > 0 && f.r.IntN(5) == 0 {
			c = out[f.r.IntN(i)]
			c.Company = f.slip(c.Company)
			if f.r.IntN(3) == 0 {
				c.Domains = nil
			}
		} else {
			name := f.pick(f.brand)
			c = Record{Company: name + " " + f.pick(f.last) + forms[f.r.IntN(len(forms))], City: f.pick(f.city), Country: "US",
				Domains: some(fmt.Sprintf("%s-%d.com", name, f.r.IntN(20))), PostalCode: fmt.Sprintf("%05d", 10_000+f.r.IntN(20_000)),
				Phones: some(fmt.Sprintf("+1415%07d", f.r.IntN(10_000_000)))}
		}
		c.Ref = accountRef(fmt.Sprintf("A%d", i))
		out = append(out, c)
	}
	return out
}

func (m *Matcher) prepareAll(records []Record) (out []Prepared) {
	for _, r := range records {
		out = append(out, m.Prepare(r))
	}
	return out
}

func BenchmarkFindDuplicates(b *testing.B) {
	m := standard(b)
	for _, bb := range []struct {
		name string
		make func(*forger, int) []Record
	}{{"people", (*forger).people}, {"companies", (*forger).companies}} {
		for _, n := range []int{10_000, 100_000} {
			records := m.prepareAll(bb.make(newForger(1), n))
			b.Run(fmt.Sprintf("%s/%d", bb.name, n), func(b *testing.B) {
				b.ReportAllocs()
				var d Duplicates
				for b.Loop() {
					d = m.FindDuplicates(records)
				}
				b.ReportMetric(float64(d.Weighed), "pairs/op")
				b.ReportMetric(float64(len(d.Clusters)), "clusters/op")
				b.ReportMetric(float64(len(d.Review)), "reviews/op")
				b.ReportMetric(float64(len(d.Crowded)), "crowds/op")
			})
		}
	}
}

// heap returns how many bytes are in use.
func heap() uint64 {
	var s runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

// BenchmarkIndex asks and extends an index of a million people. Set -short for a tenth of them.
func BenchmarkIndex(b *testing.B) {
	m, n := standard(b), 1_000_000
	if testing.Short() {
		n = 100_000
	}
	records := newForger(1).people(n + 10_000)
	before := heap()
	x := NewIndex(m, n)
	for _, r := range records[:n] {
		p := m.Prepare(r)
		x.leads.add(&p)
	}
	perRecord := float64(heap()-before) / float64(n)
	more := m.prepareAll(records[n:])
	b.Run("Find", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			x.Find(more[i%len(more)])
			i++
		}
		b.ReportMetric(perRecord, "B/record")
	})
	b.Run("Add", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			x.Add(more[i%len(more)])
			i++
		}
	})
}
