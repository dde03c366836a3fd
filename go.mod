module github.com/salesbaton/baton

go 1.24.0

require (
	github.com/expr-lang/expr v1.17.8
	github.com/google/go-cmp v0.7.0
	golang.org/x/net v0.50.0
	golang.org/x/text v0.34.0
	gopkg.in/yaml.v3 v3.0.1
)
