# SpamAssassin on every mail, with the rules that Debian packs: perl spamassassin.pl FOLDER
#
# One process, because reading the rules takes longer than applying them, and no network.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Mail::SpamAssassin;

my $limit = 0.1;
my $home = tempdir( CLEANUP => 1 );
my $judge = Mail::SpamAssassin->new(
    {
        local_tests_only    => 1,
        rules_filename      => '/usr/share/spamassassin',
        site_rules_filename => '/etc/spamassassin',
        userstate_dir       => $home,
        userprefs_filename  => "$home/none",
        dont_copy_prefs     => 1,
    }
);

# As it comes in: some rules look only at what a server has taken. The address is one for examples,
# of which SpamAssassin counts those of IPv4 as forged.
sub received {
    my ($mail) = @_;
    my ($date) = $mail =~ /^Date: (.*?)\r?$/m or die 'a mail has no date';
    return
        "Received: from mail.example.com (mail.example.com [IPv6:2001:db8::25])\r\n"
      . "\tby mx.example.net (Postfix) with ESMTPS id 4XyZ1W2v3uz9t8s\r\n"
      . "\tfor <reader\@example.net>; $date\r\n$mail";
}

sub score {
    my ($mail) = @_;
    my $parsed = $judge->parse( received($mail) );
    my $status = $judge->check($parsed);
    my ( $score, $rules ) = ( $status->get_score, $status->get_names_of_tests_hit );
    $status->finish;
    $parsed->finish;
    return ( $score, $rules );
}

my ( $first, @findings );
my @files = sort glob "$ARGV[0]/*.eml";
for my $file (@files) {
    open my $handle, '<:raw', $file or die "$file: $!";
    my $mail = do { local $/; <$handle> };
    $first //= $mail;
    my ( $score, $rules ) = score($mail);
    push @findings, "$file scores $score: $rules" if $score >= $limit || $rules !~ /\bHTML_MESSAGE\b/;
}

( my $anonymous = $first ) =~ s/^Message-ID: .*\n//m;
( my $shouting  = $first ) =~ s/^Subject: .*/Subject: BUY CHEAP VIAGRA NOW, 100% FREE/m;
for my $broken ( $anonymous, $shouting ) {
    my ( $score, $rules ) = score($broken);
    push @findings, "a broken mail scores only $score: $rules" if $score < $limit;
}

print "$_\n" for @findings;
printf "%d mails, %d findings\n", scalar @files, scalar @findings;
exit( @files && !@findings ? 0 : 1 );
