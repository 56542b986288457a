package sdk_test

// The generated clients against the server at ARGUS_URL, in both encodings; ARGUS_API_KEY may send and read.

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"argus.example/sdk"
	"argus.example/sdk/argusv1"
	"github.com/twitchtv/twirp"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

type way struct {
	name string
	logs argusv1.LogService
	auth argusv1.AuthService
}

func ways() []way {
	url, client := os.Getenv("ARGUS_URL"), sdk.HTTPClient()
	return []way{
		{"json", argusv1.NewLogServiceJSONClient(url, client), argusv1.NewAuthServiceJSONClient(url, client)},
		{"protobuf", argusv1.NewLogServiceProtobufClient(url, client), argusv1.NewAuthServiceProtobufClient(url, client)},
	}
}

func withKey(t *testing.T, more ...string) context.Context {
	t.Helper()
	header := http.Header{"Authorization": {"Bearer " + os.Getenv("ARGUS_API_KEY")}}
	for i := 0; i < len(more); i += 2 {
		header.Set(more[i], more[i+1])
	}
	ctx, err := twirp.WithHTTPRequestHeaders(context.Background(), header)
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

func failureOf(t *testing.T, err error) twirp.Error {
	t.Helper()
	var failure twirp.Error
	if !errors.As(err, &failure) {
		t.Fatalf("no Twirp error: %v", err)
	}
	return failure
}

func TestSendsAndFinds(t *testing.T) {
	for _, way := range ways() {
		t.Run(way.name, func(t *testing.T) {
			ctx := withKey(t)
			service := "go-" + way.name
			at := time.Now().Add(-time.Minute).Truncate(0)
			attributes, err := structpb.NewStruct(map[string]any{"n": 1.5, "deep": map[string]any{"ok": true}, "list": []any{"a", nil}})
			if err != nil {
				t.Fatal(err)
			}
			batch := &argusv1.SendLogsRequest{
				BatchId: sdk.NewBatchID(),
				Service: service,
				Entries: []*argusv1.LogEntry{
					{Time: timestamppb.New(at), Level: argusv1.Level_LEVEL_ERROR, Message: "grüße, 世界", Attributes: attributes},
					{Level: 18, Message: "between two levels"},
				},
			}
			for try, duplicate := range []bool{false, true} {
				sent, err := way.logs.SendLogs(ctx, batch)
				if err != nil {
					t.Fatal(err)
				}
				if sent.Accepted != 2 || sent.Duplicate != duplicate || sent.BatchId != batch.BatchId || len(sent.Rejected) != 0 {
					t.Fatalf("try %d: %v", try, sent)
				}
			}
			found, err := way.logs.Query(ctx, &argusv1.QueryRequest{Query: "service:" + service, Ascending: true})
			if err != nil {
				t.Fatal(err)
			}
			if len(found.Entries) != 2 {
				t.Fatalf("a batch sent twice is stored once: %v", found.Entries)
			}
			first := found.Entries[0]
			if !first.Time.AsTime().Equal(at) {
				t.Errorf("time %v, sent %v", first.Time.AsTime(), at)
			}
			if first.Message != "grüße, 世界" || first.Level != argusv1.Level_LEVEL_ERROR {
				t.Errorf("entry %v", first)
			}
			fields := first.Attributes.AsMap()
			if fields["n"] != 1.5 || fields["deep.ok"] != true {
				t.Errorf("attributes %v", fields)
			}
			if found.Entries[1].Level != 18 {
				t.Errorf("level %v", found.Entries[1].Level)
			}
			if found.Stats.Matched != 2 || found.Stats.Elapsed.AsDuration() <= 0 {
				t.Errorf("stats %v", found.Stats)
			}
			table, err := way.logs.Query(ctx, &argusv1.QueryRequest{Query: "service:" + service + " | stats count() as c"})
			if err != nil {
				t.Fatal(err)
			}
			if cell := table.Table.Rows[0].Values[0].GetNumberValue(); cell != 2 {
				t.Errorf("table %v", table.Table)
			}
		})
	}
}

func TestAFailureHasItsCodeSentenceAndMetadata(t *testing.T) {
	for _, way := range ways() {
		t.Run(way.name, func(t *testing.T) {
			_, err := way.logs.Query(withKey(t), &argusv1.QueryRequest{Query: "level:foo"})
			failure := failureOf(t, err)
			if failure.Code() != twirp.InvalidArgument || !strings.HasPrefix(failure.Msg(), "query: ") {
				t.Errorf("%v", failure)
			}
			if failure.Meta("field") != "query" || failure.Meta("start") != "6" || failure.Meta("end") != "9" {
				t.Errorf("%v", failure.MetaMap())
			}
			_, err = way.logs.Query(context.Background(), &argusv1.QueryRequest{})
			if code := failureOf(t, err).Code(); code != twirp.Unauthenticated {
				t.Errorf("without a key: %v", code)
			}
		})
	}
}

// A login takes the time of a password's hash, more than the millisecond it is given.
func TestADeadlineEndsTheCall(t *testing.T) {
	for _, way := range ways() {
		t.Run(way.name, func(t *testing.T) {
			request := &argusv1.LoginRequest{Email: "go-" + way.name + "@example.org", Password: "not the password"}
			_, err := way.auth.Login(withKey(t, "Argus-Timeout-Ms", "1"), request)
			if code := failureOf(t, err).Code(); code != twirp.DeadlineExceeded {
				t.Errorf("the server's: %v", err)
			}
			ctx, cancel := context.WithTimeout(withKey(t), time.Millisecond)
			defer cancel()
			_, err = way.auth.Login(ctx, request)
			if code := failureOf(t, err).Code(); !errors.Is(err, context.DeadlineExceeded) && code != twirp.DeadlineExceeded {
				t.Errorf("the context's: %v", err)
			}
		})
	}
}
