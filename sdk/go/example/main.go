// Sends two entries to Argus and reads them back.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"argus.example/sdk"
	"argus.example/sdk/argusv1"
	"github.com/twitchtv/twirp"
	"google.golang.org/protobuf/types/known/structpb"
)

func main() {
	// Twirp's own client has no deadline: the context's is the call's, with all its tries.
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	ctx, err := twirp.WithHTTPRequestHeaders(ctx, http.Header{
		"Authorization": {"Bearer " + os.Getenv("ARGUS_API_KEY")},
	})
	if err != nil {
		log.Fatal(err)
	}
	logs := argusv1.NewLogServiceProtobufClient(os.Getenv("ARGUS_URL"), sdk.HTTPClient())

	attributes, err := structpb.NewStruct(map[string]any{"status": 502, "user": map[string]any{"id": "u1"}})
	if err != nil {
		log.Fatal(err)
	}
	batch := &argusv1.SendLogsRequest{
		// Made once and sent again as it is: then it is stored once, however often it is sent.
		BatchId: sdk.NewBatchID(),
		Service: "go-example",
		Entries: []*argusv1.LogEntry{
			{Level: argusv1.Level_LEVEL_ERROR, Message: "card declined", Attributes: attributes},
			{Message: "retried"},
		},
	}
	sent, err := send(ctx, logs, batch)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("stored %d entries as batch %s\n", sent.Accepted, sent.BatchId)

	found, err := logs.Query(ctx, &argusv1.QueryRequest{Query: "service:go-example level:error"})
	if err != nil {
		log.Fatal(err)
	}
	for _, entry := range found.Entries {
		fmt.Println(entry.Time.AsTime().Format(time.RFC3339Nano), entry.Level, entry.Message)
	}
}

// send tries until the batch is stored, or the context ends, or the server says that it never will be.
func send(ctx context.Context, logs argusv1.LogService, batch *argusv1.SendLogsRequest) (*argusv1.SendLogsResponse, error) {
	for wait := 200 * time.Millisecond; ; wait = min(2*wait, 10*time.Second) {
		sent, err := logs.SendLogs(ctx, batch)
		if err == nil {
			return sent, nil
		}
		var failure twirp.Error
		if errors.As(err, &failure) && failure.Code() != twirp.Unavailable &&
			failure.Code() != twirp.ResourceExhausted && failure.Code() != twirp.Internal &&
			failure.Code() != twirp.DeadlineExceeded {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(wait):
		}
	}
}
