// A go-libp2p peer for the interop tests of Granary's own host: it serves what they ask, or asks
// for it and judges the answers. The js peer next to it has the same command line and protocols.
//
//	peer [--late-muxer] listen                      prints its address, serves until stdin ends
//	peer [--late-muxer] dial MULTIADDR COMMAND…      exit code 0 when all commands held
//
// COMMAND is ping, identify, echo:BYTES, sink:BYTES, source:BYTES, streams:COUNT, reset,
// half-close, unknown or wrong-peer. With --late-muxer the muxer is agreed by multistream-select
// instead of inside the Noise handshake.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
)

const (
	agent = "granary-interop-go"

	// How long a peer lives at most, whoever forgets it.
	lifeLimit = 10 * time.Minute

	// For one command of dial.
	commandLimit = 40 * time.Second
)

func main() {
	time.AfterFunc(lifeLimit, func() {
		fmt.Fprintln(os.Stderr, "this peer has lived for too long")
		os.Exit(3)
	})
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	late := len(args) > 0 && args[0] == "--late-muxer"
	if late {
		args = args[1:]
	}
	switch {
	case len(args) == 1 && args[0] == "listen":
		return listen(late)
	case len(args) >= 3 && args[0] == "dial":
		return dial(late, args[1], args[2:])
	default:
		return errors.New("usage: peer [--late-muxer] listen | dial MULTIADDR COMMAND…")
	}
}

func newHost(late bool, more ...libp2p.Option) (host.Host, error) {
	security := libp2p.Security(noise.ID, noise.New)
	if late {
		security = libp2p.Security(noise.ID, func(id protocol.ID, key crypto.PrivKey) (*noise.Transport, error) {
			return noise.New(id, key, nil)
		})
	}
	options := []libp2p.Option{
		libp2p.Transport(tcp.NewTCPTransport),
		libp2p.Muxer(yamux.ID, yamux.DefaultTransport),
		// The tests are about the wire; the limits under test are Granary's.
		libp2p.ResourceManager(&network.NullResourceManager{}),
		libp2p.DisableRelay(),
		libp2p.DisableMetrics(),
		libp2p.UserAgent(agent),
		security,
	}
	return libp2p.New(append(options, more...)...)
}

func listen(late bool) error {
	h, err := newHost(late, libp2p.ListenAddrStrings("/ip4/127.0.0.1/tcp/0"),
		// Answers who asks to be dialed (AutoNAT); forced, as nobody tells it that it is reachable.
		libp2p.EnableNATService(), libp2p.ForceReachabilityPublic())
	if err != nil {
		return err
	}
	defer h.Close()
	serve(h)
	fmt.Printf("%s/p2p/%s\n", h.Addrs()[0], h.ID())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func dial(late bool, address string, commands []string) error {
	target, err := peer.AddrInfoFromString(address)
	if err != nil {
		return err
	}
	h, err := newHost(late, libp2p.NoListenAddrs)
	if err != nil {
		return err
	}
	defer h.Close()
	for _, command := range commands {
		if err := one(h, *target, command); err != nil {
			return fmt.Errorf("%s: %w", command, err)
		}
	}
	return nil
}

func one(h host.Host, target peer.AddrInfo, command string) error {
	name, number, numbered := strings.Cut(command, ":")
	count := 0
	if numbered {
		parsed, err := strconv.Atoi(number)
		if err != nil {
			return err
		}
		count = parsed
	}
	do, known := dialed[name]
	if !known {
		return errors.New("no such command")
	}
	ctx, cancel := context.WithTimeout(context.Background(), commandLimit)
	defer cancel()
	start := time.Now()
	told, err := do(&task{ctx: ctx, host: h, target: target, count: count})
	if err != nil {
		return err
	}
	told["command"] = command
	told["millis"] = time.Since(start).Milliseconds()
	return json.NewEncoder(os.Stdout).Encode(told)
}
