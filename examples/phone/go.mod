module github.com/salesbaton/baton/examples/phone

go 1.24.0

require (
	github.com/nyaruka/phonenumbers v1.8.1
	github.com/salesbaton/baton v0.0.0
)

require (
	golang.org/x/net v0.50.0 // indirect
	golang.org/x/text v0.34.0 // indirect
	google.golang.org/protobuf v1.36.11 // indirect
)

replace github.com/salesbaton/baton => ../..
