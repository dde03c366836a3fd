package handoff_test

import (
	"reflect"
	"testing"
	"time"
)

// scribble overwrites everything that v, a pointer, leads to: elements of slices become zero, maps become empty.
func scribble(v any) { scribbleOn(reflect.ValueOf(v)) }

func scribbleOn(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			scribbleOn(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type() != reflect.TypeFor[time.Time]() && v.Type().Field(i).IsExported() {
				scribbleOn(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			scribbleOn(v.Index(i))
			v.Index(i).SetZero()
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			scribbleOn(v.MapIndex(key))
			v.SetMapIndex(key, reflect.Value{})
		}
	}
}

func TestScribbleReachesEverything(t *testing.T) {
	type inner struct{ List []string }
	list := []string{"a"}
	nested := map[string]any{"k": inner{list}}
	deep := [][]int{{1}}
	row := deep[0]
	v := struct {
		M map[string]any
		P *inner
		D [][]int
	}{nested, &inner{[]string{"b"}}, deep}
	scribble(&v)
	if list[0] != "" || len(nested) != 0 || v.P.List[0] != "" || row[0] != 0 || deep[0] != nil {
		t.Errorf("left %v %v %v %v %v", list, nested, v.P, row, deep)
	}
}
