package identity

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Mailboxes says which spellings of an address are one mailbox beyond those that the standard makes one. Nothing is taken
// to be so at providers that are not known for it: two employees of a company may be a.lee and alee. The zero value lowers
// letters only.
type Mailboxes struct {
	// KeepCase leaves the capital letters before the @ as they are. The standard lets a provider tell them apart; hardly
	// one does.
	KeepCase bool
	// Dots drops dots where the provider ignores them: Gmail and Proton.
	Dots bool
	// Tags cuts what a person may put behind the name of the mailbox: from "+" on at Gmail, Outlook, iCloud, Proton,
	// Yandex and Fastmail, from "-" on at Yahoo. What begins with the sign is left whole.
	Tags bool
	// Aliases turns the domains of one provider into one where they lead to one mailbox: googlemail.com into gmail.com,
	// those of Yandex into yandex.ru, those of Proton into proton.me.
	Aliases bool
	// Apple turns me.com and mac.com into icloud.com. It stands apart from Aliases because an address at me.com leads
	// to the mailbox at icloud.com only for those who had it before 2012.
	Apple bool
}

// Providers returns the Mailboxes with all that is known of providers.
func Providers() Mailboxes {
	return Mailboxes{Dots: true, Tags: true, Aliases: true, Apple: true}
}

// Canonical returns the text that all spellings of one mailbox share. It is a key to compare: mail goes to the address as
// the person wrote it. It is "" for the zero Address.
func (m Mailboxes) Canonical(a Address) string {
	if a == (Address{}) {
		return ""
	}
	var buf [maxAddress]byte
	return string(m.appendCanonical(buf[:0], a))
}

// appendCanonical appends the canonical text of an address.
func (m Mailboxes) appendCanonical(dst []byte, a Address) []byte {
	domain := strings.ToLower(a.Domain)
	p := providerOf(domain)
	start := len(dst)
	dst = m.appendLocal(dst, a.Local)
	if local := dst[start:]; len(local) > 0 && local[0] != '"' {
		dst = dst[:start+len(m.trimLocal(local, p))]
	}
	dst = append(dst, '@')
	return append(dst, m.oneDomain(domain, p)...)
}

// appendLocal appends the part before the @ in small letters, composed.
func (m Mailboxes) appendLocal(dst []byte, local string) []byte {
	if !hostIsASCII(local) {
		if !m.KeepCase {
			local = strings.ToLower(local)
		}
		return append(dst, norm.NFC.String(local)...) // AppendString would put dst on the heap
	}
	start := len(dst)
	dst = append(dst, local...)
	if m.KeepCase {
		return dst
	}
	for i, c := range dst[start:] {
		if 'A' <= c && c <= 'Z' {
			dst[start+i] = c + 'a' - 'A'
		}
	}
	return dst
}

// trimLocal cuts the tag and takes out the dots, in place.
func (m Mailboxes) trimLocal(local []byte, p provider) []byte {
	if tag := p.tag(); m.Tags && tag != 0 {
		if i := bytes.IndexByte(local, tag); i > 0 {
			local = bytes.TrimRight(local[:i], ".")
		}
	}
	if m.Dots && (p == gmail || p == proton) {
		return slices.DeleteFunc(local, func(c byte) bool { return c == '.' })
	}
	return local
}

// oneDomain returns the domain by which those of one provider go.
func (m Mailboxes) oneDomain(domain string, p provider) string {
	switch {
	case m.Aliases && p == gmail:
		return "gmail.com"
	case m.Aliases && p == yandex:
		return "yandex.ru"
	case m.Aliases && p == proton:
		return "proton.me"
	case m.Apple && p == icloud:
		return "icloud.com"
	}
	return domain
}

// A provider is one of mailboxes of whose addresses something is known.
type provider uint8

// The providers; the zero value is any other.
const (
	gmail provider = 1 + iota
	outlook
	icloud
	yahoo
	yandex
	proton
	fastmail
)

// tag returns the sign that begins a tag, 0 where there are no tags.
func (p provider) tag() byte {
	switch p {
	case 0:
		return 0
	case yahoo:
		return '-'
	}
	return '+'
}

// providerOf returns the provider whose domain it is. The first label leaves out all that are none without a search.
func providerOf(domain string) provider {
	var p provider
	label, _, _ := strings.Cut(domain, ".")
	switch label {
	case "gmail", "googlemail":
		p = gmail
	case "outlook", "hotmail", "live", "msn", "windowslive":
		p = outlook
	case "icloud", "me", "mac":
		p = icloud
	case "yahoo", "ymail", "rocketmail":
		p = yahoo
	case "yandex", "ya", "narod":
		p = yandex
	case "proton", "protonmail", "pm":
		p = proton
	case "fastmail":
		p = fastmail
	default:
		return 0
	}
	if !slices.Contains(p.domains(), domain) {
		return 0
	}
	return p
}

// domains returns the domains under which a provider gives out mailboxes.
func (p provider) domains() []string {
	switch p {
	case gmail:
		return gmailDomains[:]
	case outlook:
		return outlookDomains[:]
	case icloud:
		return icloudDomains[:]
	case yahoo:
		return yahooDomains[:]
	case yandex:
		return yandexDomains[:]
	case proton:
		return protonDomains[:]
	case fastmail:
		return fastmailDomains[:]
	}
	return nil
}

// Domains is an immutable set of domains. A domain is in it if it, or one that it is below, was put into it: with
// yahoo.com there is mail.yahoo.com. The zero value is the empty set.
type Domains struct{ set map[string]struct{} }

// With returns a set that holds the given domains besides those of d. They are given as Host takes them, and in any order;
// one given twice is there once. It is an error if one is no domain, or has no dot and would take in all domains of
// a country. The error has the number of the domain, and not its text, which can be a person's address.
func (d Domains) With(domains ...string) (Domains, error) {
	set := make(map[string]struct{}, len(d.set)+len(domains))
	maps.Copy(set, d.set)
	for i, domain := range domains {
		host, ok := asciiHost(strings.TrimSuffix(domain, "."), idna.Lookup)
		if !ok || !strings.Contains(host, ".") {
			return Domains{}, fmt.Errorf("domain %d of the list is no domain; write it as in example.com", i+1)
		}
		set[host] = struct{}{}
	}
	return Domains{set}, nil
}

// Has reports whether the domain, in any case, is in the set.
func (d Domains) Has(domain string) bool {
	if len(d.set) == 0 {
		return false
	}
	domain, ok := asciiHost(strings.TrimSuffix(domain, "."), idna.Lookup)
	return ok && d.hasASCII(domain)
}

// hasASCII is Has for a domain as asciiHost returns it.
func (d Domains) hasASCII(domain string) bool {
	for dotted := true; dotted; _, domain, dotted = strings.Cut(domain, ".") {
		if _, found := d.set[domain]; found {
			return true
		}
	}
	return false
}

// Len returns how many domains were put into the set.
func (d Domains) Len() int { return len(d.set) }

// FreeMail returns the well known domains that say nothing of a person's company or an account: those at which anybody gets
// a mailbox, from a mail service or with a line to the internet, platforms on which anybody has a page, such as
// linkedin.com and sites.google.com, and those that are reserved, such as example.com. It is built at each call; keep the
// answer. Hosts that have a fuller list put it in With.
func FreeMail() Domains {
	return domainSet(gmailDomains[:], outlookDomains[:], icloudDomains[:], yahooDomains[:], yandexDomains[:], protonDomains[:],
		fastmailDomains[:], freeMail[:], platforms[:], reserved[:])
}

// Disposable returns well known domains of mailboxes that are thrown away within minutes. An address there says nothing at
// all. The domains change weekly, so that a host that depends on them puts a kept list in With.
func Disposable() Domains { return domainSet(disposable[:]) }

// domainSet makes a set of lists of hosts in small ASCII letters.
func domainSet(lists ...[]string) Domains {
	set := map[string]struct{}{}
	for _, list := range lists {
		for _, domain := range list {
			set[domain] = struct{}{}
		}
	}
	return Domains{set}
}

// Role reports whether the part before the @ names a post or a department rather than a person, in the languages of most
// leads: info, sales, no-reply. Case, hyphens, underscores, dots, a tag behind "+" and digits at the end do not matter.
func Role(local string) bool {
	var buf [maxRole]byte
	name, ok := appendRole(buf[:0], local)
	if !ok {
		return false
	}
	_, found := slices.BinarySearch(roleNames[:], string(name))
	return found
}

// maxRole is more than the length of the longest role.
const maxRole = 24

// appendRole appends the letters by which a role is known, and false where there are too many for one.
func appendRole(dst []byte, local string) ([]byte, bool) {
	for i := 0; i < len(local) && local[i] != '+'; i++ {
		c := local[i]
		if c == '-' || c == '_' || c == '.' {
			continue
		}
		if len(dst) == maxRole {
			return nil, false
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return bytes.TrimRightFunc(dst, unicode.IsDigit), true
}

// The lists below are in order. A provider's domains stand only in its own.

var gmailDomains = [...]string{"gmail.com", "googlemail.com"}

var icloudDomains = [...]string{"icloud.com", "mac.com", "me.com"}

var protonDomains = [...]string{"pm.me", "proton.me", "protonmail.ch", "protonmail.com"}

var fastmailDomains = [...]string{"fastmail.com", "fastmail.fm"}

var outlookDomains = [...]string{
	"hotmail.be", "hotmail.ca", "hotmail.ch", "hotmail.cl", "hotmail.co.id", "hotmail.co.il", "hotmail.co.jp",
	"hotmail.co.nz", "hotmail.co.th", "hotmail.co.uk", "hotmail.co.za", "hotmail.com", "hotmail.com.ar", "hotmail.com.au",
	"hotmail.com.br", "hotmail.com.tr", "hotmail.cz", "hotmail.de", "hotmail.dk", "hotmail.es",
	"hotmail.fi", "hotmail.fr", "hotmail.gr", "hotmail.hu", "hotmail.it", "hotmail.my", "hotmail.nl", "hotmail.no",
	"hotmail.rs", "hotmail.se", "hotmail.sg", "live.at", "live.be", "live.ca", "live.cl", "live.cn", "live.co.uk",
	"live.co.za", "live.com", "live.com.ar", "live.com.au", "live.com.mx", "live.com.pt", "live.com.sg", "live.de",
	"live.dk", "live.fr", "live.hk", "live.ie", "live.in", "live.it", "live.jp", "live.nl", "live.no", "live.ru",
	"live.se", "msn.com", "outlook.at", "outlook.be", "outlook.cl", "outlook.co.id", "outlook.com", "outlook.com.ar",
	"outlook.com.au", "outlook.com.br", "outlook.com.tr", "outlook.cz", "outlook.de", "outlook.dk", "outlook.es",
	"outlook.fr", "outlook.hu", "outlook.ie", "outlook.in", "outlook.it", "outlook.jp", "outlook.kr", "outlook.lv",
	"outlook.my", "outlook.ph", "outlook.pt", "outlook.sa", "outlook.sg", "outlook.sk", "windowslive.com",
}

var yahooDomains = [...]string{
	"rocketmail.com", "yahoo.at", "yahoo.be", "yahoo.ca", "yahoo.ch", "yahoo.cl", "yahoo.cn", "yahoo.co.id",
	"yahoo.co.il", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.kr", "yahoo.co.nz", "yahoo.co.th", "yahoo.co.uk", "yahoo.co.za",
	"yahoo.com", "yahoo.com.ar", "yahoo.com.au", "yahoo.com.br", "yahoo.com.cn", "yahoo.com.co", "yahoo.com.hk",
	"yahoo.com.mx", "yahoo.com.my", "yahoo.com.pe", "yahoo.com.ph", "yahoo.com.sg", "yahoo.com.tr", "yahoo.com.tw",
	"yahoo.com.ve", "yahoo.com.vn", "yahoo.de", "yahoo.dk", "yahoo.es", "yahoo.fi", "yahoo.fr", "yahoo.gr", "yahoo.hu",
	"yahoo.ie", "yahoo.in", "yahoo.it", "yahoo.nl", "yahoo.no", "yahoo.pl", "yahoo.pt", "yahoo.ro", "yahoo.se", "ymail.com",
}

var yandexDomains = [...]string{
	"narod.ru", "ya.ru", "yandex.by", "yandex.com", "yandex.com.tr", "yandex.kz", "yandex.ru", "yandex.ua",
}

// freeMail has the domains of all other providers.
var freeMail = [...]string{
	"126.com", "139.com", "163.com", "189.cn", "aapt.net.au", "abv.bg", "adam.com.au", "adinet.com.uy", "aim.com",
	"alice.it", "aliceadsl.fr", "aliyun.com", "ameritech.net", "aol.co.uk", "aol.com", "aol.de", "aol.fr", "aon.at",
	"apollo.lv", "arcor.de", "arnet.com.ar", "att.net", "au.com", "autograf.pl", "autorambler.ru", "azet.sk", "bbox.fr",
	"bell.net", "bellsouth.net", "biglobe.ne.jp", "bigmir.net", "bigpond.com", "bigpond.net.au", "bk.ru", "bluewin.ch",
	"blueyonder.co.uk", "bol.com.br", "bredband.net", "btinternet.com", "btopenworld.com", "buziaczek.pl", "cableone.net",
	"cantv.net", "casema.nl", "centrum.cz", "centrum.sk", "centurytel.net", "charter.net", "chello.at", "chello.nl",
	"citromail.hu", "clix.pt", "club-internet.fr", "comcast.net", "comhem.se", "consultant.com", "cox.net", "daum.net",
	"docomo.ne.jp", "dodo.com.au", "dr.com", "dreamwiz.com", "duck.com", "earthlink.net", "eircom.net", "elisanet.fi",
	"email.com", "email.cz", "email.it", "email.si", "email.ua", "embarqmail.com", "engineer.com", "europe.com",
	"excite.co.jp", "excite.com", "ezweb.ne.jp", "fibertel.com.ar", "foxmail.com", "free.fr", "freeler.nl", "freemail.hu",
	"freenet.de", "freeserve.co.uk", "frontier.com", "frontiernet.net", "gazeta.pl", "gmx.at", "gmx.ch", "gmx.co.uk",
	"gmx.com", "gmx.de", "gmx.fr", "gmx.net", "gmx.us", "go2.pl", "hanmail.net", "hanmir.com", "hetnet.nl", "hey.com",
	"hinet.net", "hispeed.ch", "home.nl", "home.se", "hot.ee", "hughes.net", "hush.com", "hushmail.com", "i.softbank.jp",
	"i.ua", "ig.com.br", "iinet.net.au", "iname.com", "inbox.com", "inbox.lv", "inbox.ru", "indiatimes.com", "infoseek.jp",
	"interia.eu", "interia.pl", "internode.on.net", "inwind.it", "iol.it", "iol.pt", "juno.com", "katamail.com",
	"keemail.me", "kolumbus.fi", "korea.com", "kpnmail.nl", "laposte.net", "lenta.ru", "libero.it", "lineone.net",
	"list.ru", "luukku.com", "lycos.com", "mail.bg", "mail.com", "mail.de", "mail.ee", "mail.ru", "mailbox.org",
	"maktoob.com", "meta.ua", "mindspring.com", "mweb.co.za", "mynet.com", "myrambler.ru", "myself.com", "nate.com",
	"naver.com", "net.hr", "netcologne.de", "netscape.net", "netvigator.com", "netvision.net.il", "netzero.com",
	"netzero.net", "neuf.fr", "nifty.com", "noos.fr", "ntlworld.com", "numericable.fr", "o2.co.uk", "o2.pl", "ocn.ne.jp",
	"onet.eu", "onet.pl", "online.nl", "online.no", "online.ua", "ono.com", "op.pl", "optonline.net", "optusnet.com.au",
	"orange.fr", "otenet.gr", "ozemail.com.au", "pacbell.net", "pandora.be", "plala.or.jp", "planet.nl", "plus.com",
	"pobox.sk", "pochta.ru", "poczta.fm", "post.com", "post.cz", "post.sk", "posteo.de", "privaterelay.appleid.com",
	"prodigy.net", "pt.lu", "q.com", "qq.com", "quicknet.nl", "rambler.ru", "rcn.com", "rediff.com", "rediffmail.com",
	"ro.ru", "roadrunner.com", "rogers.com", "rr.com", "sapo.pt", "sbcglobal.net", "seznam.cz", "sfr.fr", "shaw.ca",
	"sina.cn", "sina.com", "singnet.com.sg", "siol.net", "sky.com", "skynet.be", "so-net.ne.jp", "softbank.ne.jp",
	"sohu.com", "spray.se", "suomi24.fi", "swbell.net", "sympatico.ca", "t-online.de", "t-online.hu", "talktalk.net",
	"tds.net", "tele2.nl", "telefonica.net", "telenet.be", "telfort.nl", "telkomsa.net", "telus.net", "terra.cl",
	"terra.com.br", "terra.com.mx", "terra.es", "tin.it", "tiscali.be", "tiscali.co.uk", "tiscali.it", "tlen.pl", "tom.com",
	"tpg.com.au", "tut.by", "tuta.com", "tuta.io", "tutamail.com", "tutanota.com", "tutanota.de", "twc.com", "ukr.net",
	"unitybox.de", "uol.com.br", "upcmail.nl", "usa.com", "users.noreply.github.com", "verizon.net", "videotron.ca",
	"vipmail.hu", "virgilio.it", "virgin.net", "virginmedia.com", "volny.cz", "vp.pl", "walla.co.il", "wanadoo.co.uk",
	"wanadoo.fr", "wanadoo.nl", "web.de", "webmail.co.za", "westnet.com.au", "windstream.net", "wowway.com", "wp.pl",
	"writeme.com", "xs4all.nl", "xtra.co.nz", "yeah.net", "ziggo.nl", "zipmail.com.br", "zoho.com", "zohomail.com",
	"zonnet.nl", "zoznam.sk",
}

var disposable = [...]string{
	"10minutemail.co.za", "10minutemail.com", "10minutemail.net", "1secmail.com", "20minutemail.com", "anonbox.net",
	"armyspy.com", "cuvox.de", "dayrep.com", "deadaddress.com", "discard.email", "dispostable.com", "e4ward.com",
	"einrot.com", "emailondeck.com", "emltmp.com", "fakeinbox.com", "fakemailgenerator.com", "fleckens.hu",
	"getairmail.com", "getnada.com", "grr.la", "guerrillamail.biz", "guerrillamail.com", "guerrillamail.de",
	"guerrillamail.info", "guerrillamail.net", "guerrillamail.org", "guerrillamailblock.com", "gustr.com", "hi2.in",
	"inboxkitten.com", "incognitomail.org", "jetable.org", "jourrapide.com", "mailcatch.com", "maildrop.cc",
	"mailexpire.com", "mailforspam.com", "mailinator.com", "mailinator.net", "mailinator2.com", "mailmoat.com",
	"mailnesia.com", "mailnull.com", "mailsac.com", "mailtothis.com", "meltmail.com", "mintemail.com", "moakt.com",
	"mohmal.com", "mytemp.email", "pokemail.net", "rhyta.com", "sharklasers.com", "spam4.me", "spambox.us", "spamex.com",
	"spamfree24.org", "superrito.com", "teleworm.us", "temp-mail.org", "tempail.com", "tempemail.net", "tempinbox.com",
	"tempmail.com", "temporaryemail.net", "tempr.email", "throwawaymail.com", "trash-mail.com", "trashmail.com",
	"trashmail.de", "trashmail.me", "trashmail.net", "trashmail.ws", "wegwerfemail.de", "wegwerfmail.de", "wegwerfmail.net",
	"yopmail.com", "yopmail.fr", "yopmail.net",
}

// roleNames are in small letters, without the signs that Role skips.
var roleNames = [...]string{
	"abuse", "accounting", "accounts", "accountspayable", "accountsreceivable", "admin", "administracao",
	"administracion", "administratie", "administration", "administrator", "administrazione", "advertising",
	"alerts", "assistance", "atendimento", "bestellung", "bewerbung", "billing", "biuro", "board",
	"booking", "bookings", "buchhaltung", "career", "careers", "ceo", "comercial", "commercial", "community",
	"compliance", "compras", "compta", "comptabilite", "contabilidad", "contabilita", "contact", "contacto",
	"contacts", "contactus", "contato", "contatti", "customercare", "customerservice", "customersupport",
	"dataprotection", "datenschutz", "direccion", "direction", "direzione", "donotreply", "dpo", "einkauf",
	"ekonomi", "email", "empfang", "enquiries", "enquiry", "events", "export", "facturacion", "facturation",
	"faktura", "feedback", "finance", "financeiro", "ftp", "gdpr", "general", "geschaeftsleitung", "hallo", "hello",
	"help", "helpdesk", "hi", "hola", "hostmaster", "hr", "humanresources", "info", "informacije", "informacion",
	"informatie", "information", "informazioni", "inkoop", "inquiries", "inquiry", "insidesales",
	"investorrelations", "investors", "invoice", "invoices", "invoicing", "it", "job", "jobs", "karriere", "kontakt",
	"kundenservice", "kundeservice", "kundtjanst", "legal", "list", "listserv", "logistics", "logistik", "mail",
	"mailbox", "mailerdaemon", "management", "marketing", "media", "member", "members", "news", "newsletter",
	"newsletters", "nobody", "noc", "noreply", "notification", "notifications", "notreply", "obchod", "office",
	"online", "operations", "ops", "order", "orders", "partner", "partners", "partnerships", "payable", "payroll",
	"personal", "post", "posta", "postmaster", "poststelle", "pr", "praxis", "press", "presse", "privacy",
	"procurement", "purchase", "purchasing", "qa", "quality", "recepcion", "receptie", "reception", "rechnung",
	"rechnungen", "recruiting", "recruitment", "recrutement", "recursoshumanos", "redaktion", "registration",
	"reservas", "reservation", "reservations", "returns", "rh", "rrhh", "sales", "salesteam", "salg",
	"secretaria", "secretariat", "secretary", "security", "segreteria", "sekretariat", "service", "servicedesk",
	"services", "shop", "smtp", "spam", "sprzedaz", "store", "studio", "subscribe", "subscriptions", "support",
	"survey", "sysadmin", "team", "tech", "technical", "technik", "techsupport", "testing", "ticket", "tickets",
	"trade", "training", "treasury", "ufficio", "undisclosedrecipients", "unsubscribe", "usenet", "uucp", "vendas",
	"vendedor", "vendite", "vendor", "vendors", "venta", "ventas", "verkauf", "verkoop", "vertrieb", "verwaltung",
	"web", "webinfo", "webmaster", "webshop", "welcome", "www", "zentrale",
}

// platforms have the domains under which anybody has a page.
var platforms = [...]string{
	"about.me", "angel.co", "bandcamp.com", "behance.net", "bit.ly", "blogspot.co.uk", "blogspot.com", "blogspot.de",
	"blogspot.fr", "business.site", "calendly.com", "canva.site", "crunchbase.com", "discord.gg", "docs.google.com",
	"dribbble.com", "drive.google.com", "etsy.com", "eventbrite.com", "facebook.com", "fb.com", "fb.me", "fiverr.com",
	"forms.gle", "g.co", "g.page", "github.com", "gitlab.com", "godaddysites.com", "goo.gl", "heylink.me", "indiamart.com",
	"instagram.com", "jimdo.com", "jimdofree.com", "jimdosite.com", "kununu.com", "linkedin.com", "linkin.bio", "linktr.ee",
	"lnkd.in", "medium.com", "meetup.com", "mystrikingly.com", "ok.ru", "patreon.com", "pinterest.com", "producthunt.com",
	"quora.com", "reddit.com", "sites.google.com", "soundcloud.com", "squarespace.com", "strikingly.com", "substack.com",
	"t.co", "t.me", "threads.net", "tiktok.com", "tripadvisor.com", "trustpilot.com", "tumblr.com", "twitter.com",
	"upwork.com", "vimeo.com", "vk.com", "wa.me", "webnode.com", "weebly.com", "weibo.com", "wellfound.com",
	"wikipedia.org", "wix.com", "wixsite.com", "wordpress.com", "x.com", "xing.com", "ycombinator.com", "yelp.com",
	"youtu.be", "youtube.com",
}

// reserved are the domains that nobody can have, of RFC 2606, but for .example and .test, which stand for a company's
// in documents.
var reserved = [...]string{"example.com", "example.net", "example.org", "invalid", "localhost"}
