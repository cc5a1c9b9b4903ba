package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/core/test"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
)

type task struct {
	ctx    context.Context
	host   host.Host
	target peer.AddrInfo
	count  int
}

// What a command found out, printed as one line of JSON.
type report = map[string]any

var dialed = map[string]func(*task) (report, error){
	"ping":       (*task).ping,
	"identify":   (*task).identify,
	"echo":       (*task).echo,
	"sink":       (*task).sink,
	"source":     (*task).source,
	"streams":    (*task).streams,
	"reset":      (*task).reset,
	"half-close": (*task).halfClose,
	"unknown":    (*task).unknown,
	"wrong-peer": (*task).wrongPeer,
}

func (t *task) open(id protocol.ID) (network.Stream, error) {
	if err := t.host.Connect(t.ctx, t.target); err != nil {
		return nil, err
	}
	s, err := t.host.NewStream(t.ctx, t.target.ID, id)
	if err != nil {
		return nil, err
	}
	deadline, _ := t.ctx.Deadline()
	return s, s.SetDeadline(deadline)
}

func (t *task) ping() (report, error) {
	if err := t.host.Connect(t.ctx, t.target); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(t.ctx)
	defer cancel()
	answers := ping.Ping(ctx, t.host, t.target.ID)
	for range 3 {
		answer, open := <-answers
		if !open {
			return nil, errors.New("no answer")
		}
		if answer.Error != nil {
			return nil, answer.Error
		}
	}
	return report{}, nil
}

func (t *task) identify() (report, error) {
	// Only a new connection is identified.
	if err := t.host.Network().ClosePeer(t.target.ID); err != nil {
		return nil, err
	}
	events, err := t.host.EventBus().Subscribe(new(event.EvtPeerIdentificationCompleted))
	if err != nil {
		return nil, err
	}
	defer events.Close()
	if err := t.host.Connect(t.ctx, t.target); err != nil {
		return nil, err
	}
	select {
	case next := <-events.Out():
		said := next.(event.EvtPeerIdentificationCompleted)
		key := t.host.Peerstore().PubKey(t.target.ID)
		if key == nil {
			return nil, errors.New("no key")
		}
		id, err := peer.IDFromPublicKey(key)
		if err != nil {
			return nil, err
		}
		return report{
			"agent":           said.AgentVersion,
			"protocolVersion": said.ProtocolVersion,
			"protocols":       said.Protocols,
			"listen":          said.ListenAddrs,
			"observed":        said.ObservedAddr,
			"local":           said.Conn.LocalMultiaddr(),
			"key":             id.String(),
		}, nil
	case <-t.ctx.Done():
		return nil, t.ctx.Err()
	}
}

func (t *task) echo() (report, error) {
	return report{}, t.echoOnce(t.count)
}

func (t *task) echoOnce(count int) error {
	s, err := t.open(echoID)
	if err != nil {
		return err
	}
	defer s.Reset()
	sent := make(chan error, 1)
	go func() {
		err := writePattern(s, count)
		if err == nil {
			err = s.CloseWrite()
		}
		sent <- err
	}()
	got, err := io.ReadAll(s)
	if err != nil {
		return err
	}
	if err := <-sent; err != nil {
		return err
	}
	var want bytes.Buffer
	if err := writePattern(&want, count); err != nil {
		return err
	}
	if !bytes.Equal(got, want.Bytes()) {
		return fmt.Errorf("the echo of %d bytes differs (%d came back)", count, len(got))
	}
	return nil
}

func (t *task) sink() (report, error) {
	s, err := t.open(sinkID)
	if err != nil {
		return nil, err
	}
	defer s.Reset()
	hash := sha256.New()
	if err := writePattern(io.MultiWriter(s, hash), t.count); err != nil {
		return nil, err
	}
	if err := s.CloseWrite(); err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(s)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(answer, sinkAnswer(int64(t.count), hash.Sum(nil))) {
		return nil, fmt.Errorf("sent %d bytes, the sink answers %x", t.count, answer)
	}
	return report{}, nil
}

func (t *task) source() (report, error) {
	s, err := t.open(sourceID)
	if err != nil {
		return nil, err
	}
	defer s.Reset()
	if err := t.readSource(s, t.count); err != nil {
		return nil, err
	}
	return report{}, s.Close()
}

// Asks for bytes and takes them to the source's end; our own direction stays open.
func (t *task) readSource(s network.Stream, count int) error {
	if _, err := s.Write(binary.BigEndian.AppendUint64(nil, uint64(count))); err != nil {
		return err
	}
	got := sha256.New()
	length, err := io.Copy(got, s)
	if err != nil {
		return err
	}
	want := sha256.New()
	if err := writePattern(want, count); err != nil {
		return err
	}
	if length != int64(count) || !bytes.Equal(got.Sum(nil), want.Sum(nil)) {
		return fmt.Errorf("asked for %d bytes, got %d or others", count, length)
	}
	return nil
}

func (t *task) streams() (report, error) {
	outcomes := make(chan error, t.count)
	for i := range t.count {
		go func() { outcomes <- t.echoOnce(10_000 + i) }()
	}
	var all error
	for range t.count {
		all = errors.Join(all, <-outcomes)
	}
	return report{}, all
}

// A reset of theirs and one of ours, while another stream lives on.
func (t *task) reset() (report, error) {
	alive, err := t.open(echoID)
	if err != nil {
		return nil, err
	}
	defer alive.Reset()
	if err := echoByte(alive); err != nil {
		return nil, err
	}
	theirs, err := t.open(resetID)
	if err != nil {
		return nil, err
	}
	if _, err := theirs.Write([]byte{1}); err != nil {
		return nil, err
	}
	if _, err := theirs.Read(make([]byte, 1)); !errors.Is(err, network.ErrReset) {
		return nil, fmt.Errorf("expected a reset, got %w", err)
	}
	ours, err := t.open(echoID)
	if err != nil {
		return nil, err
	}
	if err := echoByte(ours); err != nil {
		return nil, err
	}
	before, err := t.tally()
	if err != nil {
		return nil, err
	}
	if err := ours.Reset(); err != nil {
		return nil, err
	}
	if err := t.until(func(now tally) bool { return now.resets == before.resets+1 }); err != nil {
		return nil, fmt.Errorf("they did not see our reset: %w", err)
	}
	return report{}, echoByte(alive)
}

func echoByte(s network.Stream) error {
	if _, err := s.Write([]byte{42}); err != nil {
		return err
	}
	answer := make([]byte, 1)
	if _, err := io.ReadFull(s, answer); err != nil {
		return err
	}
	if answer[0] != 42 {
		return fmt.Errorf("the echo of 42 is %d", answer[0])
	}
	return nil
}

type tally struct{ late, resets uint64 }

func (t *task) tally() (tally, error) {
	s, err := t.open(tallyID)
	if err != nil {
		return tally{}, err
	}
	defer s.Reset()
	if err := s.CloseWrite(); err != nil {
		return tally{}, err
	}
	answer, err := io.ReadAll(s)
	if err != nil {
		return tally{}, err
	}
	if len(answer) != 16 {
		return tally{}, fmt.Errorf("a tally of %d bytes", len(answer))
	}
	return tally{binary.BigEndian.Uint64(answer), binary.BigEndian.Uint64(answer[8:])}, nil
}

func (t *task) until(holds func(tally) bool) error {
	for {
		now, err := t.tally()
		if err != nil || holds(now) {
			return err
		}
		select {
		case <-t.ctx.Done():
			return fmt.Errorf("%w, at %+v", t.ctx.Err(), now)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// They close their side first; what we send afterwards still arrives. A sink is the other way round.
func (t *task) halfClose() (report, error) {
	const late = 300_000
	before, err := t.tally()
	if err != nil {
		return nil, err
	}
	s, err := t.open(sourceID)
	if err != nil {
		return nil, err
	}
	defer s.Reset()
	if err := t.readSource(s, 100_000); err != nil {
		return nil, err
	}
	if err := writePattern(s, late); err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return report{}, t.until(func(now tally) bool { return now.late == before.late+late })
}

func (t *task) unknown() (report, error) {
	s, err := t.open("/granary/interop/nobody/1.0.0")
	if err == nil { // Negotiated lazily: the refusal comes with the first read.
		_, err = s.Read(make([]byte, 1))
	}
	if err == nil {
		return nil, errors.New("a protocol that nobody serves was agreed")
	}
	return report{"refusal": err.Error()}, t.echoOnce(1000)
}

func (t *task) wrongPeer() (report, error) {
	other, err := test.RandPeerID()
	if err != nil {
		return nil, err
	}
	err = t.host.Connect(t.ctx, peer.AddrInfo{ID: other, Addrs: t.target.Addrs})
	if err == nil {
		return nil, errors.New("connected to a peer that is somebody else")
	}
	return report{"refusal": err.Error()}, nil
}
