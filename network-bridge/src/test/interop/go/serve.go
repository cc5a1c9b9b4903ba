package main

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"sync/atomic"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/protocol"
)

const (
	// Gives back what comes, ends when the peer does.
	echoID protocol.ID = "/granary/interop/echo/1.0.0"

	// Answers the end of the input with its length (8 bytes, big-endian) and its SHA-256.
	sinkID protocol.ID = "/granary/interop/sink/1.0.0"

	// Sends as much of the pattern as 8 bytes (big-endian) ask for, ends, and reads on to the end.
	sourceID protocol.ID = "/granary/interop/source/1.0.0"

	// Resets the stream after the first bytes.
	resetID protocol.ID = "/granary/interop/reset/1.0.0"

	// Two numbers of 8 bytes: what sources have read after their own end, resets that echoes saw.
	tallyID protocol.ID = "/granary/interop/tally/1.0.0"
)

// The pattern of a source repeats after a prime number of bytes: no frame is as long, so that a
// frame lost, doubled or moved shows.
const patternPeriod = 65521

var (
	patternBytes = makePattern()
	lateBytes    atomic.Uint64
	resetsSeen   atomic.Uint64
)

func makePattern() []byte {
	bytes := make([]byte, patternPeriod)
	for i := range bytes {
		bytes[i] = byte(i*7 + (i>>8)*13)
	}
	return bytes
}

func writePattern(to io.Writer, count int) error {
	for count > 0 {
		part := patternBytes[:min(count, patternPeriod)]
		if _, err := to.Write(part); err != nil {
			return err
		}
		count -= len(part)
	}
	return nil
}

func serve(h host.Host) {
	handle := func(id protocol.ID, handler func(network.Stream) error) {
		h.SetStreamHandler(id, func(s network.Stream) {
			if err := handler(s); err != nil {
				s.Reset()
			}
		})
	}
	handle(echoID, serveEcho)
	handle(sinkID, serveSink)
	handle(sourceID, serveSource)
	handle(resetID, serveReset)
	handle(tallyID, serveTally)
}

func serveEcho(s network.Stream) error {
	_, err := io.Copy(s, s)
	if errors.Is(err, network.ErrReset) {
		resetsSeen.Add(1)
	}
	if err != nil {
		return err
	}
	return s.Close()
}

func serveSink(s network.Stream) error {
	hash := sha256.New()
	count, err := io.Copy(hash, s)
	if err != nil {
		return err
	}
	if _, err := s.Write(sinkAnswer(count, hash.Sum(nil))); err != nil {
		return err
	}
	return s.Close()
}

func sinkAnswer(count int64, hash []byte) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(count)), hash...)
}

func serveSource(s network.Stream) error {
	var request [8]byte
	if _, err := io.ReadFull(s, request[:]); err != nil {
		return err
	}
	if err := writePattern(s, int(binary.BigEndian.Uint64(request[:]))); err != nil {
		return err
	}
	if err := s.CloseWrite(); err != nil {
		return err
	}
	late, err := io.Copy(io.Discard, s)
	lateBytes.Add(uint64(late))
	return err
}

func serveReset(s network.Stream) error {
	if _, err := s.Read(make([]byte, 1)); err != nil {
		return err
	}
	return errors.New("as asked")
}

func serveTally(s network.Stream) error {
	answer := binary.BigEndian.AppendUint64(nil, lateBytes.Load())
	answer = binary.BigEndian.AppendUint64(answer, resetsSeen.Load())
	if _, err := s.Write(answer); err != nil {
		return err
	}
	return s.Close()
}
