// Package sdk has what the generated clients of package argusv1 leave to their callers.
package sdk

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// HTTPClient makes calls end on the server, too, when their context ends.
func HTTPClient() *http.Client {
	return &http.Client{
		Transport: deadlines{http.DefaultTransport},
		// Twirp never follows a redirect; it tells of it.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

type deadlines struct{ http.RoundTripper }

func (next deadlines) RoundTrip(request *http.Request) (*http.Response, error) {
	end, ok := request.Context().Deadline()
	if ok && request.Header.Get("Argus-Timeout-Ms") == "" {
		// A transport does not change the request it is given.
		request = request.Clone(request.Context())
		left := max(1, time.Until(end).Milliseconds())
		request.Header.Set("Argus-Timeout-Ms", strconv.FormatInt(left, 10))
	}
	return next.RoundTripper.RoundTrip(request)
}

// NewBatchID makes a UUIDv7: the time in milliseconds, and chance.
func NewBatchID() string {
	var id [16]byte
	rand.Read(id[:])
	ms := time.Now().UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
