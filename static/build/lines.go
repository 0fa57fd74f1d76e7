package main

import (
	"bytes"
	"encoding/binary"
)

// The tables that tell file and line of each instruction weigh a twentieth of a program. Without them a panic in the
// console names functions alone. Layout of Go 1.20 to 1.26: runtime.pcHeader and runtime._func.
var tableHead = []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8}

const (
	pcspAt, pcfileAt, pclnAt, countAt = 16, 20, 24, 28 // in _func, 4 bytes each
	tablesAt                          = 44
)

// unlined takes the line tables out of what memory starts with. Where it does not find them as it knows them it changes nothing.
func unlined(pieces []piece) {
	for _, p := range pieces {
		if at := bytes.Index(p.bytes, tableHead); at >= 0 {
			t := table{p.bytes[at:]}
			if t.fits() {
				t.clear()
			}
		}
	}
}

// table is runtime.pcHeader and what follows it.
type table struct{ b []byte }

// field is a number of the header: 0 how many functions, 6 the start of the tables, 7 the start of the functions.
func (t table) field(i int) int {
	return int(binary.LittleEndian.Uint64(t.b[8+8*i:]))
}

func (t table) u32(at int) int { return int(binary.LittleEndian.Uint32(t.b[at:])) }

func (t table) fits() bool {
	if len(t.b) < 72 {
		return false
	}
	n, tables, funcs := t.field(0), t.field(6), t.field(7)
	return n > 0 && tables > 72 && funcs > tables && funcs+8*n < len(t.b)
}

// clear zeros the tables that only files and lines use.
func (t table) clear() {
	tables, funcs := t.field(6), t.field(7)
	keep, starts := map[int]bool{0: true}, map[int]bool{}
	var all []int
	for i := range t.field(0) {
		f := funcs + t.u32(funcs+8*i+4)
		if f+tablesAt > len(t.b) || f+tablesAt+4*t.u32(f+countAt) > len(t.b) {
			return
		}
		all = append(all, f)
		used := []int{t.u32(f + pcspAt)}
		for j := range t.u32(f + countAt) {
			used = append(used, t.u32(f+tablesAt+4*j))
		}
		for _, u := range used {
			keep[u], starts[u] = true, true
		}
		starts[t.u32(f+pcfileAt)], starts[t.u32(f+pclnAt)] = true, true
	}
	on := true
	for i := range funcs - tables {
		if starts[i] {
			on = keep[i]
		}
		if !on {
			t.b[tables+i] = 0
		}
	}
	for _, f := range all {
		clear(t.b[f+pcfileAt : f+pclnAt+4])
	}
}
