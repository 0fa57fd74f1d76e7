package text

import "strings"

// plural gives the CLDR category of a whole number (Unicode CLDR 46, plurals.xml, cardinal).
func plural(lang string, n int64) string {
	if n < 0 {
		n = -n
	}
	base, _, _ := strings.Cut(lang, "-")
	switch base {
	case "ar":
		if lang == "ar-XB" { // made from English
			return one(n == 1)
		}
		return arabic(n)
	case "fr", "pt":
		return one(n < 2)
	case "ja", "zh", "ko", "th", "vi", "id":
		return "other"
	case "ru", "uk", "pl":
		return slavic(base, n)
	}
	return one(n == 1)
}

func one(yes bool) string {
	if yes {
		return "one"
	}
	return "other"
}

func arabic(n int64) string {
	switch m := n % 100; {
	case n == 0:
		return "zero"
	case n == 1:
		return "one"
	case n == 2:
		return "two"
	case m >= 3 && m <= 10:
		return "few"
	case m >= 11:
		return "many"
	}
	return "other"
}

func slavic(base string, n int64) string {
	d, h := n%10, n%100
	switch {
	case base == "pl" && n == 1, base != "pl" && d == 1 && h != 11:
		return "one"
	case d >= 2 && d <= 4 && (h < 12 || h > 14):
		return "few"
	}
	return "many"
}
