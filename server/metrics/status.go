package metrics

import (
	"bufio"
	"io"
	"net"
	"net/http"
)

// status remembers the answer's code. It passes ReadFrom on, so that files are still sent by the kernel.
type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// ReadFrom implements io.ReaderFrom by the connection's own.
func (s *status) ReadFrom(r io.Reader) (int64, error) { return io.Copy(s.ResponseWriter, r) }

// Unwrap lets http.ResponseController reach the connection.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// Hijack gives the connection away to a WebSocket.
func (s *status) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(s.ResponseWriter).Hijack()
}
