# Prints the start of each TCP segment that reaches a pod on its port 8080 as a line: address, port of the sender, and the text in hex.
# Reads what the node passes on, as it is passed on: with the pod's address, not with the Service's. Ends with its standard input.
use strict;
use Socket;
use constant { AF_PACKET => 17, SOCK_RAW => 3, ALL => 0x0300 };
socket(my $wire, AF_PACKET, SOCK_RAW, ALL) or die "no raw socket: $!";
setsockopt($wire, SOL_SOCKET, 33, pack('i', 64 << 20)) or die "no large buffer: $!"; # SO_RCVBUFFORCE
$| = 1;
print "listening\n";
my $frame;
for (;;) {
  my $reads = '';
  vec($reads, fileno($wire), 1) = 1;
  vec($reads, fileno(STDIN), 1) = 1;
  select($reads, undef, undef, undef);
  last if vec($reads, fileno(STDIN), 1) && !sysread(STDIN, my $end, 1);
  next unless vec($reads, fileno($wire), 1);
  next unless defined recv($wire, $frame, 65535, 0) && length($frame) > 54 && unpack('x12 n', $frame) == 0x0800;
  my ($lengths, $protocol, $target) = unpack('x14 C x8 C x6 a4', $frame);
  next unless $protocol == 6;
  my $tcp = 14 + 4 * ($lengths & 15);
  my ($source, $port, $offset) = unpack("x$tcp n n x8 C", $frame);
  my $text = substr($frame, $tcp + 4 * ($offset >> 4), 8192);
  print join(' ', inet_ntoa($target), $source, unpack('H*', $text)), "\n" if $port == 8080 && $text =~ /^[A-Z]+ \S+ HTTP/;
}
